import type { Provider } from "../core/provider.ts";
import { github } from "./github.ts";
import { hackmamba } from "./hackmamba.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";

export { github, hackmamba, standardWebhooks, stripe };

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = {
  github,
  hackmamba,
  "standard-webhooks": standardWebhooks,
  stripe,
};
