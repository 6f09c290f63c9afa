import { receive, receiveParsed } from "./receiver.ts";

Deno.serve({ hostname: "127.0.0.1", port: 0 }, async (request) => {
  if (!new URL(request.url).pathname.startsWith("/parsed/")) return await receive(request);
  await request.json();
  return await receiveParsed(request);
});
