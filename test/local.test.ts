import { together } from "./together.ts";

// CDK is loaded once.
await together("local");
