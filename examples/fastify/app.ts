import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createReceiver } from "@hookline/hookline";
import { createNodeListener } from "@hookline/hookline/node";
import { github } from "@hookline/hookline/providers";
import { createSqliteStores } from "@hookline/hookline/stores/sqlite";
import fastify from "fastify";

const { DATABASE = "hookline.db", GITHUB_SECRET = "", PORT = "3000" } = process.env;
const { processing } = createSqliteStores(new DatabaseSync(DATABASE));

const receive = createReceiver<{ push: { readonly ref: string } }>({
  basePath: "/webhooks",
  sources: { github: { provider: github, secrets: async () => [GITHUB_SECRET] } },
  handlers: { push: async ({ payload, idempotencyKey }) => console.log("deploy", payload.ref, idempotencyKey) },
  processing,
});

const listener = createNodeListener(receive);
const app = fastify();
app.register(async (webhooks) => {
  // In here nothing is parsed: what a signature is over are the bytes.
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser("*", (_request, _payload, done) => done(null));
  webhooks.all("/webhooks/:source", async (request, reply) => {
    reply.hijack();
    await listener(request.raw, reply.raw);
  });
});
app.get("/", async () => "the rest of the app");
console.log("listening on", await app.listen({ host: "127.0.0.1", port: Number(PORT) }));
