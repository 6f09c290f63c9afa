import { Hono } from "hono";
import { receive, receiveParsed } from "./receiver.ts";

export const app = new Hono();
app.all("/suite/hooks/:source", (c) => receive(c.req.raw));
app.all("/parsed/:source", async (c) => {
  await c.req.json();
  return await receiveParsed(c.req.raw);
});
