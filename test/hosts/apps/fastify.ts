import { createNodeListener } from "@hookline/hookline/node";
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { log, receive } from "./receiver.ts";
import { POST } from "./whatalo.ts";

const answerBy =
  (listener: ReturnType<typeof createNodeListener>) => async (request: FastifyRequest, reply: FastifyReply) => {
    reply.hijack();
    await listener(request.raw, reply.raw);
  };
const answer = answerBy(createNodeListener(receive, { log }));
const whatalo = answerBy(createNodeListener(POST, { log }));

const app = fastify();
app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser("*", (_request, _payload, done) => done(null));
  webhooks.all("/suite/hooks/:source", answer);
  webhooks.post("/sdk/webhooks", whatalo);
});
app.all("/parsed/:source", answer);
app.post("/sdk/parsed", whatalo);
console.log("listening on", await app.listen({ host: "127.0.0.1", port: 0 }));
