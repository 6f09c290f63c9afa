import { receive, receiveParsed } from "./receiver.ts";
import { POST } from "./whatalo.ts";

Deno.serve({ hostname: "127.0.0.1", port: 0 }, async (request) => {
  const { pathname } = new URL(request.url);
  const isParsed = /^\/(sdk\/)?parsed\b/.test(pathname);
  if (isParsed) await request.json();
  if (pathname.startsWith("/sdk/")) return await POST(request);
  return await (isParsed ? receiveParsed : receive)(request);
});
