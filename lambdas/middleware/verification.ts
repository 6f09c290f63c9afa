import type { MiddlewareObj } from "@middy/core";
import { toHttpResult } from "../aws/http/http-event.ts";
import { checkOptions } from "../core/checks/options.ts";
import { type Deadline, deadlineFor } from "../core/deadline.ts";
import type { VerifiedDelivery } from "../core/delivery.ts";
import { admit } from "../core/ingress/find-source.ts";
import { answer } from "../core/outcome.ts";
import { type CommonOptions, checkSources, commonTable } from "../core/receiver-options.ts";
import type { AdmittedDelivery } from "../core/source.ts";
import { verifyAdmitted } from "../core/verify/verify-delivery.ts";
import type { DeliveryEvent } from "./http-delivery.ts";

/** The fields that this middleware adds to the event. */
export type VerifiedEvent = DeliveryEvent & {
  admitted: AdmittedDelivery;
  verified: VerifiedDelivery;
  /** Counted from the source's patience and the rest of the invocation. */
  deadline: Deadline;
};

/** The sources by name, their base path, and the largest body. */
export type VerificationOptions = CommonOptions;

/**
 * Before: finds the source, verifies the signature over the raw bytes, and answers refusals and handshakes at once. A verified
 * delivery is `event.verified`. It comes after `httpDelivery`, and changes no state.
 *
 * @throws {TypeError} At construction, for an option that is missing, misspelt or of another kind, or a source's name that
 * is not fit for a path.
 * @throws {RangeError} At construction, for a number out of its range.
 *
 * @example
 * ```ts
 * import { httpDelivery, verification, type VerifiedEvent } from "@hookline/hookline/middleware";
 * import { github } from "@hookline/hookline/providers";
 * import middy from "@middy/core";
 *
 * export const lambda = middy()
 *   .use(httpDelivery())
 *   .use(verification({ sources: { github: { provider: github, secrets: async () => ["secret"] } } }))
 *   .handler(async ({ verified }: VerifiedEvent) => {
 *     console.log(Array.from(verified.events, ({ id }) => id));
 *     return { kind: "ignored", events: [] };
 *   });
 * ```
 */
export function verification(options: VerificationOptions): MiddlewareObj<VerifiedEvent> {
  const checking = { doing: "make middleware verification" };
  checkOptions(commonTable, options, checking);
  checkSources(options.sources, checking);
  const { now = () => new Date(), log } = options;
  return {
    before: async function verificationBefore({ event, context }) {
      const admitted = admit(event.delivery, options);
      if (admitted.kind === "refused") return toHttpResult(answer(admitted), event);
      const deadline = deadlineFor(admitted.source.provider, context.getRemainingTimeInMillis());
      const result = await verifyAdmitted(event.delivery, admitted, { now, log, deadline });
      if (result.kind !== "verified") return toHttpResult(answer(result), event);
      event.admitted = admitted;
      event.provider = admitted.source.provider;
      event.verified = result;
      event.deadline = deadline;
      return undefined;
    },
  };
}
