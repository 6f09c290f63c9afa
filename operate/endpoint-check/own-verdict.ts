import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { createSender, type Sender, type SenderOptions } from "./sender.ts";

/** The verdict of Hookline's own verifier, with a secret made for it: whether a scheme can refuse a delivery at all. */
export type OwnVerdict = {
  readonly sender: Sender;
  readonly verifies: (delivery: Delivery, now: Date) => Promise<boolean>;
};

/** @throws {TypeError} Where the provider signs with keys of its own, which nobody else has. */
export function createOwnVerdict(options: Omit<SenderOptions, "secret">): OwnVerdict {
  const { provider, url } = options;
  const { secret, signingSecret = secret, documents } = newSecret(provider);
  if (documents !== undefined) throw new TypeError(ownKeys(provider));
  return {
    sender: createSender({ ...options, secret: signingSecret }),
    verifies: async (delivery, now) =>
      (await verify(delivery, { provider, secrets: [secret], now, url })).kind === "verified",
  };
}

function ownKeys({ title }: Provider): string {
  return `Cannot check an endpoint of ${title}: it signs with keys that it publishes, and nobody else can sign with them`;
}
