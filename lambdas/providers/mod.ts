import type { Provider } from "../core/provider.ts";
import { adyenPlatform } from "./adyen-platform.ts";
import { asana } from "./asana.ts";
import { box } from "./box.ts";
import { coinbaseCommerce } from "./coinbase-commerce.ts";
import { doppler } from "./doppler.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { gocardless } from "./gocardless.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { hubspot } from "./hubspot.ts";
import { lemonsqueezy } from "./lemonsqueezy.ts";
import { line } from "./line.ts";
import { meta } from "./meta.ts";
import { modernTreasury } from "./modern-treasury.ts";
import { okta } from "./okta.ts";
import { orb } from "./orb.ts";
import { pusher } from "./pusher.ts";
import { razorpay } from "./razorpay.ts";
import { sanity } from "./sanity.ts";
import { sendgrid } from "./sendgrid.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { telnyx } from "./telnyx.ts";
import { whatalo } from "./whatalo.ts";
import { whataloTimestamped } from "./whatalo-timestamped.ts";
import { whop } from "./whop.ts";
import { whopLegacy } from "./whop-legacy.ts";
import { woocommerce } from "./woocommerce.ts";
import { workos } from "./workos.ts";
import { xero } from "./xero.ts";

export {
  adyenPlatform,
  asana,
  box,
  coinbaseCommerce,
  createGeneric,
  doppler,
  type GenericOptions,
  generic,
  github,
  gocardless,
  hackmamba,
  hotmart,
  hotmartHottok,
  hubspot,
  lemonsqueezy,
  line,
  meta,
  modernTreasury,
  okta,
  orb,
  pusher,
  razorpay,
  sanity,
  sendgrid,
  standardWebhooks,
  stripe,
  telnyx,
  whatalo,
  whataloTimestamped,
  whop,
  whopLegacy,
  woocommerce,
  workos,
  xero,
};

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  "adyen-platform": adyenPlatform,
  asana,
  box,
  "coinbase-commerce": coinbaseCommerce,
  doppler,
  generic,
  github,
  gocardless,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  hubspot,
  lemonsqueezy,
  line,
  meta,
  "modern-treasury": modernTreasury,
  okta,
  orb,
  pusher,
  razorpay,
  sanity,
  sendgrid,
  "standard-webhooks": standardWebhooks,
  stripe,
  telnyx,
  whatalo,
  "whatalo-timestamped": whataloTimestamped,
  whop,
  "whop-legacy": whopLegacy,
  woocommerce,
  workos,
  xero,
};
