import { together } from "./together.ts";

await together(
  "core",
  "core/bytes",
  "core/checks",
  "core/events",
  "core/verify",
  "core/ingress",
  "core/processing",
  "middleware",
);
