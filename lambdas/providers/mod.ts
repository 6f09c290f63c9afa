import type { Provider } from "../core/provider.ts";
import { adyenPlatform } from "./adyen-platform.ts";
import { asana } from "./asana.ts";
import { bitbucket } from "./bitbucket.ts";
import { box } from "./box.ts";
import { calendly } from "./calendly.ts";
import { clerk } from "./clerk.ts";
import { coinbaseCommerce } from "./coinbase-commerce.ts";
import { discord } from "./discord.ts";
import { doppler } from "./doppler.ts";
import { dropbox } from "./dropbox.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gitlabToken } from "./gitlab-token.ts";
import { gocardless } from "./gocardless.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { hubspot } from "./hubspot.ts";
import { intercom } from "./intercom.ts";
import { jira } from "./jira.ts";
import { lemonsqueezy } from "./lemonsqueezy.ts";
import { line } from "./line.ts";
import { linear } from "./linear.ts";
import { meta } from "./meta.ts";
import { modernTreasury } from "./modern-treasury.ts";
import { mux } from "./mux.ts";
import { okta } from "./okta.ts";
import { openai } from "./openai.ts";
import { orb } from "./orb.ts";
import { paddle } from "./paddle.ts";
import { polar } from "./polar.ts";
import { postmark } from "./postmark.ts";
import { pusher } from "./pusher.ts";
import { razorpay } from "./razorpay.ts";
import { sanity } from "./sanity.ts";
import { sendgrid } from "./sendgrid.ts";
import { shopify } from "./shopify.ts";
import { slack } from "./slack.ts";
import { square } from "./square.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { svix } from "./svix.ts";
import { telnyx } from "./telnyx.ts";
import { twitch } from "./twitch.ts";
import { typeform } from "./typeform.ts";
import { whatalo } from "./whatalo.ts";
import { whataloTimestamped } from "./whatalo-timestamped.ts";
import { whop } from "./whop.ts";
import { whopLegacy } from "./whop-legacy.ts";
import { woocommerce } from "./woocommerce.ts";
import { workos } from "./workos.ts";
import { xero } from "./xero.ts";
import { zoom } from "./zoom.ts";

export {
  adyenPlatform,
  asana,
  bitbucket,
  box,
  calendly,
  clerk,
  coinbaseCommerce,
  createGeneric,
  discord,
  doppler,
  dropbox,
  type GenericOptions,
  generic,
  github,
  gitlab,
  gitlabToken,
  gocardless,
  hackmamba,
  hotmart,
  hotmartHottok,
  hubspot,
  intercom,
  jira,
  lemonsqueezy,
  line,
  linear,
  meta,
  modernTreasury,
  mux,
  okta,
  openai,
  orb,
  paddle,
  polar,
  postmark,
  pusher,
  razorpay,
  sanity,
  sendgrid,
  shopify,
  slack,
  square,
  standardWebhooks,
  stripe,
  svix,
  telnyx,
  twitch,
  typeform,
  whatalo,
  whataloTimestamped,
  whop,
  whopLegacy,
  woocommerce,
  workos,
  xero,
  zoom,
};

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  "adyen-platform": adyenPlatform,
  asana,
  bitbucket,
  box,
  calendly,
  clerk,
  "coinbase-commerce": coinbaseCommerce,
  discord,
  doppler,
  dropbox,
  generic,
  github,
  gitlab,
  "gitlab-token": gitlabToken,
  gocardless,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  hubspot,
  intercom,
  jira,
  lemonsqueezy,
  line,
  linear,
  meta,
  "modern-treasury": modernTreasury,
  mux,
  okta,
  openai,
  orb,
  paddle,
  polar,
  postmark,
  pusher,
  razorpay,
  sanity,
  sendgrid,
  shopify,
  slack,
  square,
  "standard-webhooks": standardWebhooks,
  stripe,
  svix,
  telnyx,
  twitch,
  typeform,
  whatalo,
  "whatalo-timestamped": whataloTimestamped,
  whop,
  "whop-legacy": whopLegacy,
  woocommerce,
  workos,
  xero,
  zoom,
};
