import type { EndpointApi } from "./endpoint-api.ts";
import { github } from "./github.ts";
import { hackmamba } from "./hackmamba.ts";
import { stripe } from "./stripe.ts";
import { whatalo } from "./whatalo.ts";
import { whop } from "./whop.ts";

/** The APIs by provider. A provider without one has its endpoints entered by hand. */
export const endpointApis: ReadonlyMap<string, EndpointApi> = new Map([
  ["github", github],
  ["hackmamba", hackmamba],
  ["stripe", stripe],
  ["whatalo", whatalo],
  ["whatalo-timestamped", whatalo],
  ["whop", whop],
]);
