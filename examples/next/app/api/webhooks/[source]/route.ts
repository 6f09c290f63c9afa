import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createReceiver } from "@hookline/hookline";
import { github } from "@hookline/hookline/providers";
import { createSqliteStores } from "@hookline/hookline/stores/sqlite";

const { DATABASE = "hookline.db", GITHUB_SECRET = "" } = process.env;
const { processing } = createSqliteStores(new DatabaseSync(DATABASE));

const receive = createReceiver<{ push: { readonly ref: string } }>({
  basePath: "/api/webhooks",
  sources: { github: { provider: github, secrets: async () => [GITHUB_SECRET] } },
  handlers: { push: async ({ payload, idempotencyKey }) => console.log("deploy", payload.ref, idempotencyKey) },
  processing,
});

export const POST = receive;
/** For providers whose handshake is a GET. */
export const GET = receive;
