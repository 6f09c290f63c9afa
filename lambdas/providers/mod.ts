import type { Provider } from "../core/provider.ts";
import { adyenPayments } from "./adyen-payments.ts";
import { adyenPlatform } from "./adyen-platform.ts";
import { asana } from "./asana.ts";
import { awsSns } from "./aws-sns.ts";
import { bitbucket } from "./bitbucket.ts";
import { box } from "./box.ts";
import { braintree } from "./braintree.ts";
import { calendly } from "./calendly.ts";
import { clerk } from "./clerk.ts";
import { coinbaseCommerce } from "./coinbase-commerce.ts";
import { discord } from "./discord.ts";
import { doppler } from "./doppler.ts";
import { dropbox } from "./dropbox.ts";
import { easypost } from "./easypost.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gitlabToken } from "./gitlab-token.ts";
import { gocardless } from "./gocardless.ts";
import { googlePubsub } from "./google-pubsub.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { hubspot } from "./hubspot.ts";
import { intercom } from "./intercom.ts";
import { jira } from "./jira.ts";
import { lemonsqueezy } from "./lemonsqueezy.ts";
import { line } from "./line.ts";
import { linear } from "./linear.ts";
import { mailgun } from "./mailgun.ts";
import { mercadoPago } from "./mercado-pago.ts";
import { meta } from "./meta.ts";
import { modernTreasury } from "./modern-treasury.ts";
import { mux } from "./mux.ts";
import { okta } from "./okta.ts";
import { openai } from "./openai.ts";
import { orb } from "./orb.ts";
import { paddle } from "./paddle.ts";
import { paypal } from "./paypal.ts";
import { plaid } from "./plaid.ts";
import { polar } from "./polar.ts";
import { postmark } from "./postmark.ts";
import { pusher } from "./pusher.ts";
import { qstash } from "./qstash.ts";
import { razorpay } from "./razorpay.ts";
import { sanity } from "./sanity.ts";
import { sendgrid } from "./sendgrid.ts";
import { shopify } from "./shopify.ts";
import { slack } from "./slack.ts";
import { square } from "./square.ts";
import { createStandardWebhooks, type StandardWebhooksOptions, standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { svix } from "./svix.ts";
import { telnyx } from "./telnyx.ts";
import { twilio } from "./twilio.ts";
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
  adyenPayments,
  adyenPlatform,
  asana,
  awsSns,
  bitbucket,
  box,
  braintree,
  calendly,
  clerk,
  coinbaseCommerce,
  createGeneric,
  createStandardWebhooks,
  discord,
  doppler,
  dropbox,
  easypost,
  type GenericOptions,
  generic,
  github,
  gitlab,
  gitlabToken,
  gocardless,
  googlePubsub,
  hackmamba,
  hotmart,
  hotmartHottok,
  hubspot,
  intercom,
  jira,
  lemonsqueezy,
  line,
  linear,
  mailgun,
  mercadoPago,
  meta,
  modernTreasury,
  mux,
  okta,
  openai,
  orb,
  paddle,
  paypal,
  plaid,
  polar,
  postmark,
  pusher,
  qstash,
  razorpay,
  type StandardWebhooksOptions,
  sanity,
  sendgrid,
  shopify,
  slack,
  square,
  standardWebhooks,
  stripe,
  svix,
  telnyx,
  twilio,
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
  "adyen-payments": adyenPayments,
  "adyen-platform": adyenPlatform,
  asana,
  "aws-sns": awsSns,
  bitbucket,
  box,
  braintree,
  calendly,
  clerk,
  "coinbase-commerce": coinbaseCommerce,
  discord,
  doppler,
  dropbox,
  easypost,
  generic,
  github,
  gitlab,
  "gitlab-token": gitlabToken,
  gocardless,
  "google-pubsub": googlePubsub,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  hubspot,
  intercom,
  jira,
  lemonsqueezy,
  line,
  linear,
  mailgun,
  "mercado-pago": mercadoPago,
  meta,
  "modern-treasury": modernTreasury,
  mux,
  okta,
  openai,
  orb,
  paddle,
  paypal,
  plaid,
  polar,
  postmark,
  pusher,
  qstash,
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
  twilio,
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
