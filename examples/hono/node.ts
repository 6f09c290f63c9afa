import process from "node:process";
import { serve } from "@hono/node-server";
import { app } from "./app.ts";

const options = { fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) };
serve(options, (address) => console.log("listening on", address));
