import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createReceiver } from "@hookline/hookline";
import { github } from "@hookline/hookline/providers";
import { createSqliteStores } from "@hookline/hookline/stores/sqlite";
import { Hono } from "hono";

const { DATABASE = "hookline.db", GITHUB_SECRET = "" } = process.env;
const { processing } = createSqliteStores(new DatabaseSync(DATABASE));

const receive = createReceiver<{ push: { readonly ref: string } }>({
  basePath: "/webhooks",
  sources: { github: { provider: github, secrets: async () => [GITHUB_SECRET] } },
  handlers: { push: async ({ payload, idempotencyKey }) => console.log("deploy", payload.ref, idempotencyKey) },
  processing,
});

export const app = new Hono();
// All methods: a provider's handshake may be a GET.
app.all("/webhooks/:source", (c) => receive(c.req.raw));
app.get("/", (c) => c.text("the rest of the app"));
