import { createServer } from "node:http";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createReceiver } from "@hookline/hookline";
import { createNodeListener } from "@hookline/hookline/node";
import { github } from "@hookline/hookline/providers";
import { createSqliteStores } from "@hookline/hookline/stores/sqlite";

const { DATABASE = "hookline.db", GITHUB_SECRET = "", PORT = "3000" } = process.env;
const { processing } = createSqliteStores(new DatabaseSync(DATABASE));

const receive = createReceiver<{ push: { readonly ref: string } }>({
  sources: { github: { provider: github, secrets: async () => [GITHUB_SECRET] } },
  handlers: { push: async ({ payload, idempotencyKey }) => console.log("deploy", payload.ref, idempotencyKey) },
  processing,
});

const server = createServer(createNodeListener(receive));
server.listen(Number(PORT), "127.0.0.1", () => console.log("listening on", server.address()));
