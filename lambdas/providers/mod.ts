import type { Provider } from "../core/provider.ts";
import { adyenPayments } from "./adyen-payments.ts";
import { awsSns } from "./aws-sns.ts";
import { braintree } from "./braintree.ts";
import { easypost } from "./easypost.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { googlePubsub } from "./google-pubsub.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { mailgun } from "./mailgun.ts";
import { mercadoPago } from "./mercado-pago.ts";
import { paypal } from "./paypal.ts";
import { plaid } from "./plaid.ts";
import { qstash } from "./qstash.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { twilio } from "./twilio.ts";
import { whatalo } from "./whatalo.ts";
import { whataloTimestamped } from "./whatalo-timestamped.ts";
import { whop } from "./whop.ts";
import { whopLegacy } from "./whop-legacy.ts";

export {
  adyenPayments,
  awsSns,
  braintree,
  createGeneric,
  easypost,
  type GenericOptions,
  generic,
  github,
  googlePubsub,
  hackmamba,
  hotmart,
  hotmartHottok,
  mailgun,
  mercadoPago,
  paypal,
  plaid,
  qstash,
  standardWebhooks,
  stripe,
  twilio,
  whatalo,
  whataloTimestamped,
  whop,
  whopLegacy,
};

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  "adyen-payments": adyenPayments,
  "aws-sns": awsSns,
  braintree,
  easypost,
  generic,
  github,
  "google-pubsub": googlePubsub,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  mailgun,
  "mercado-pago": mercadoPago,
  paypal,
  plaid,
  qstash,
  "standard-webhooks": standardWebhooks,
  stripe,
  twilio,
  whatalo,
  "whatalo-timestamped": whataloTimestamped,
  whop,
  "whop-legacy": whopLegacy,
};
