import { createNodeListener } from "@hookline/hookline/node";
import express from "express";
import { log, receive } from "./receiver.ts";
import { POST } from "./whatalo.ts";

const listener = createNodeListener(receive, { log });
const app = express();
app.use("/suite/hooks", listener);
const whatalo = createNodeListener(POST, { log });
app.post("/sdk/webhooks", whatalo);
app.use(express.json());
app.post("/sdk/parsed", whatalo);
app.use("/parsed", listener);
const server = app.listen(0, "127.0.0.1", () => console.log("listening on", server.address()));
