import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { createNodeListener } from "@hookline/hookline/node";
import { log, receive } from "./receiver.ts";
import { POST } from "./whatalo.ts";

const listener = createNodeListener(receive, { log });
const whatalo = createNodeListener(POST, { log });
const server = createServer(async (request, response) => {
  if (/^\/(sdk\/)?parsed\b/.test(request.url ?? "")) await json(request);
  await (request.url?.startsWith("/sdk/") ? whatalo : listener)(request, response);
});
server.listen(0, "127.0.0.1", () => console.log("listening on", server.address()));
