import { readdirSync, statSync } from "node:fs";
import { together } from "./together.ts";

// All providers are loaded once, and not for each event file again.
const folders = readdirSync(new URL("events/", import.meta.url), { recursive: true, encoding: "utf8" })
  .map((path) => `events/${path}`)
  .filter((path) => statSync(new URL(path, import.meta.url)).isDirectory());
await together("events", ...folders);
