import process from "node:process";
import { together } from "./together.ts";

// CDK is loaded once. Its own rules are tried in test/infra, on what is deployed.
if (!("Deno" in globalThis)) process.env.CDK_VALIDATION = "false";
await together("local");
