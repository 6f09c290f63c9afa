import type { Provider } from "../core/provider.ts";
import { adyenPlatform } from "./adyen-platform.ts";
import { asana } from "./asana.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { hubspot } from "./hubspot.ts";
import { lemonsqueezy } from "./lemonsqueezy.ts";
import { line } from "./line.ts";
import { meta } from "./meta.ts";
import { okta } from "./okta.ts";
import { razorpay } from "./razorpay.ts";
import { sendgrid } from "./sendgrid.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { whatalo } from "./whatalo.ts";
import { whataloTimestamped } from "./whatalo-timestamped.ts";
import { whop } from "./whop.ts";
import { whopLegacy } from "./whop-legacy.ts";
import { woocommerce } from "./woocommerce.ts";
import { xero } from "./xero.ts";

export {
  adyenPlatform,
  asana,
  createGeneric,
  type GenericOptions,
  generic,
  github,
  hackmamba,
  hotmart,
  hotmartHottok,
  hubspot,
  lemonsqueezy,
  line,
  meta,
  okta,
  razorpay,
  sendgrid,
  standardWebhooks,
  stripe,
  whatalo,
  whataloTimestamped,
  whop,
  whopLegacy,
  woocommerce,
  xero,
};

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  "adyen-platform": adyenPlatform,
  asana,
  generic,
  github,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  hubspot,
  lemonsqueezy,
  line,
  meta,
  okta,
  razorpay,
  sendgrid,
  "standard-webhooks": standardWebhooks,
  stripe,
  whatalo,
  "whatalo-timestamped": whataloTimestamped,
  whop,
  "whop-legacy": whopLegacy,
  woocommerce,
  xero,
};
