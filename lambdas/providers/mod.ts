import type { Provider } from "../core/provider.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { meta } from "./meta.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { whatalo } from "./whatalo.ts";
import { whataloTimestamped } from "./whatalo-timestamped.ts";
import { whop } from "./whop.ts";
import { whopLegacy } from "./whop-legacy.ts";

export {
  createGeneric,
  type GenericOptions,
  generic,
  github,
  hackmamba,
  hotmart,
  hotmartHottok,
  meta,
  standardWebhooks,
  stripe,
  whatalo,
  whataloTimestamped,
  whop,
  whopLegacy,
};

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  generic,
  github,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  meta,
  "standard-webhooks": standardWebhooks,
  stripe,
  whatalo,
  "whatalo-timestamped": whataloTimestamped,
  whop,
  "whop-legacy": whopLegacy,
};
