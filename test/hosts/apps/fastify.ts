import { createNodeListener } from "@hookline/hookline/node";
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { log, receive } from "./receiver.ts";

const listener = createNodeListener(receive, { log });
const answer = async (request: FastifyRequest, reply: FastifyReply) => {
  reply.hijack();
  await listener(request.raw, reply.raw);
};

const app = fastify();
app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser("*", (_request, _payload, done) => done(null));
  webhooks.all("/suite/hooks/:source", answer);
});
app.all("/parsed/:source", answer);
console.log("listening on", await app.listen({ host: "127.0.0.1", port: 0 }));
