import type { Delivery, SignOptions } from "../provider.ts";
import { signScheme } from "./scheme.ts";

/**
 * Signs a delivery as its provider would: for tests, for `send`, and for replaying into a stage.
 *
 * A scheme keeps the delivery's other headers and its bytes; the id, where it signs one, must be in its header. A
 * provider that signs by a function may write into the body, where its signature stands.
 *
 * @throws {TypeError} When the provider cannot sign, the secret has not its form, or a signed part is missing.
 *
 * @example
 * ```ts
 * import { sign } from "@hookline/hookline";
 * import { stripe } from "@hookline/hookline/providers";
 * import { match } from "node:assert/strict";
 *
 * const unsigned = { method: "POST", url: "/stripe", headers: new Headers(), body: new TextEncoder().encode("{}") };
 * const now = new Date("2026-01-05T10:00:00Z");
 * const { headers } = await sign(unsigned, { provider: stripe, secret: "whsec_test", now });
 * match(headers.get("stripe-signature") ?? "", /^t=1767607200,v1=[0-9a-f]{64}$/);
 * ```
 */
export async function sign(delivery: Delivery, options: SignOptions): Promise<Delivery> {
  const { provider } = options;
  if (provider.sign !== undefined) return await provider.sign(delivery, options);
  const scheme = provider.verification;
  if (typeof scheme === "object") return signScheme(delivery, scheme, options);
  throw new TypeError(`Cannot sign delivery: provider "${provider.name}" verifies by a function and has no sign`);
}
