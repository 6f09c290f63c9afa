import { Hono } from "hono";
import { receive, receiveParsed } from "./receiver.ts";
import { POST } from "./whatalo.ts";

export const app = new Hono();
app.all("/suite/hooks/:source", (c) => receive(c.req.raw));
app.all("/parsed/:source", async (c) => {
  await c.req.json();
  return await receiveParsed(c.req.raw);
});
app.post("/sdk/webhooks", (c) => POST(c.req.raw));
app.post("/sdk/parsed", async (c) => {
  await c.req.json();
  return await POST(c.req.raw);
});
