import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { createNodeListener } from "@hookline/hookline/node";
import { log, receive } from "./receiver.ts";

const listener = createNodeListener(receive, { log });
const server = createServer(async (request, response) => {
  if (request.url?.startsWith("/parsed/")) await json(request);
  await listener(request, response);
});
server.listen(0, "127.0.0.1", () => console.log("listening on", server.address()));
