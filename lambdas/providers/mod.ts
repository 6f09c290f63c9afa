import type { Provider } from "../core/provider.ts";
import { bitbucket } from "./bitbucket.ts";
import { calendly } from "./calendly.ts";
import { clerk } from "./clerk.ts";
import { discord } from "./discord.ts";
import { dropbox } from "./dropbox.ts";
import { createGeneric, type GenericOptions, generic } from "./generic.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gitlabToken } from "./gitlab-token.ts";
import { hackmamba } from "./hackmamba.ts";
import { hotmart } from "./hotmart.ts";
import { hotmartHottok } from "./hotmart-hottok.ts";
import { intercom } from "./intercom.ts";
import { jira } from "./jira.ts";
import { linear } from "./linear.ts";
import { mux } from "./mux.ts";
import { openai } from "./openai.ts";
import { paddle } from "./paddle.ts";
import { polar } from "./polar.ts";
import { postmark } from "./postmark.ts";
import { shopify } from "./shopify.ts";
import { slack } from "./slack.ts";
import { square } from "./square.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";
import { svix } from "./svix.ts";
import { twitch } from "./twitch.ts";
import { typeform } from "./typeform.ts";
import { whatalo } from "./whatalo.ts";
import { whataloTimestamped } from "./whatalo-timestamped.ts";
import { whop } from "./whop.ts";
import { whopLegacy } from "./whop-legacy.ts";
import { zoom } from "./zoom.ts";

export {
  bitbucket,
  calendly,
  clerk,
  createGeneric,
  discord,
  dropbox,
  type GenericOptions,
  generic,
  github,
  gitlab,
  gitlabToken,
  hackmamba,
  hotmart,
  hotmartHottok,
  intercom,
  jira,
  linear,
  mux,
  openai,
  paddle,
  polar,
  postmark,
  shopify,
  slack,
  square,
  standardWebhooks,
  stripe,
  svix,
  twitch,
  typeform,
  whatalo,
  whataloTimestamped,
  whop,
  whopLegacy,
  zoom,
};

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  bitbucket,
  calendly,
  clerk,
  discord,
  dropbox,
  generic,
  github,
  gitlab,
  "gitlab-token": gitlabToken,
  hackmamba,
  hotmart,
  "hotmart-hottok": hotmartHottok,
  intercom,
  jira,
  linear,
  mux,
  openai,
  paddle,
  polar,
  postmark,
  shopify,
  slack,
  square,
  "standard-webhooks": standardWebhooks,
  stripe,
  svix,
  twitch,
  typeform,
  whatalo,
  "whatalo-timestamped": whataloTimestamped,
  whop,
  "whop-legacy": whopLegacy,
  zoom,
};
