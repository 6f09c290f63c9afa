/**
 * Thrown by `Source.secrets` where the stored value is neither a secret nor a list of them: the delivery is answered 503,
 * `secret-malformed`. Its message must hold no part of the stored value.
 *
 * @example
 * ```ts
 * import { MalformedSecretError, verifyAdmitted } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const secrets = async () => Promise.reject(new MalformedSecretError("Cannot read the stored secrets"));
 * const delivery = { method: "POST", url: "/github", headers: new Headers(), body: new Uint8Array() };
 * const admitted = { kind: "admitted", name: "github", source: { provider: github, secrets } } as const;
 * const log = () => {};
 * const result = await verifyAdmitted(delivery, admitted, { now: () => new Date(), log });
 * equal(result.kind === "unavailable" && result.reason, "secret-malformed");
 * ```
 */
export class MalformedSecretError extends TypeError {
  override readonly name = "MalformedSecretError";
}
