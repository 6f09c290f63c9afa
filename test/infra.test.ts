import { together } from "./together.ts";

// CDK is loaded once. What lies in folders of test/infra does without it, and has processes of its own.
await together("infra");
