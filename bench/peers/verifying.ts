import { existsSync } from "node:fs";
import type { Delivery } from "../../lambdas/core/provider.ts";
import { held } from "../floors.ts";
import type { Contestant } from "../rounds.ts";

/** The other libraries that verify a provider's deliveries, each with the input that it takes, made before. */
export async function peersOf(provider: string, delivery: Delivery, secret: string): Promise<readonly Contestant[]> {
  if (!existsSync(new URL("node_modules/svix", import.meta.url))) return [];
  const text = new TextDecoder().decode(delivery.body);
  const header = (name: string) => delivery.headers.get(name) ?? "";
  const headers = Object.fromEntries(delivery.headers);
  if (provider === "github") {
    const octokit = await load("@octokit/webhooks-methods");
    const signature = header("x-hub-signature-256");
    return [
      { name: "octokit", run: async () => held(await octokit.verify(secret, text, signature)) },
      await ternOf(provider, delivery, secret),
    ];
  }
  if (provider === "stripe") {
    const { default: Stripe } = await load("stripe");
    const { webhooks } = new Stripe("sk_test_bench");
    const signature = header("stripe-signature");
    // Under Deno its build for workers is loaded, which has Web Crypto alone, and no synchronous way.
    const construct = "Deno" in globalThis ? "constructEventAsync" : "constructEvent";
    return [
      { name: "stripe-node", run: () => webhooks[construct](text, signature, secret) },
      await ternOf(provider, delivery, secret),
    ];
  }
  if (provider === "standard-webhooks") {
    const [{ Webhook }, svix] = [await load("standardwebhooks"), await load("svix")];
    const [one, other] = [new Webhook(secret), new svix.Webhook(secret)];
    return [
      { name: "standardwebhooks", run: () => one.verify(text, headers) },
      { name: "svix", run: () => other.verify(text, headers) },
    ];
  }
  return [];
}

/** It takes a Request alone, whose body is read once: each call makes one. */
async function ternOf(platform: string, { headers, body, url }: Delivery, secret: string): Promise<Contestant> {
  const { WebhookVerificationService: tern } = await load("@hookflo/tern");
  const init = { method: "POST", headers, body };
  const config = { platform, secret, toleranceInSeconds: 300 };
  return {
    name: "tern, of a Request",
    run: async () => held((await tern.verify(new Request(url, init), config)).isValid),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the peers' packages are installed apart, so their types are unknown here.
async function load(name: string): Promise<any> {
  return await import(name);
}
