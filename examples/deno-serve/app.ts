import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createReceiver } from "@hookline/hookline";
import { github } from "@hookline/hookline/providers";
import { createSqliteStores } from "@hookline/hookline/stores/sqlite";

const { DATABASE = "hookline.db", GITHUB_SECRET = "", PORT = "3000" } = process.env;
const { processing } = createSqliteStores(new DatabaseSync(DATABASE));

const receive = createReceiver<{ push: { readonly ref: string } }>({
  sources: { github: { provider: github, secrets: async () => [GITHUB_SECRET] } },
  handlers: { push: async ({ payload, idempotencyKey }) => console.log("deploy", payload.ref, idempotencyKey) },
  processing,
});

const options = { hostname: "127.0.0.1", port: Number(PORT) };
Deno.serve(options, (request, { remoteAddr }) => receive(request, { address: remoteAddr.hostname }));
