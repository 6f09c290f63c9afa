import { createNodeListener } from "@hookline/hookline/node";
import express from "express";
import { log, receive } from "./receiver.ts";

const listener = createNodeListener(receive, { log });
const app = express();
app.use("/suite/hooks", listener);
app.use(express.json());
app.use("/parsed", listener);
const server = app.listen(0, "127.0.0.1", () => console.log("listening on", server.address()));
