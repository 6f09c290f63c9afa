import type { Delivery, Provider } from "../../lambdas/core/provider.ts";

/** All that a verification depends on, but for the time. */
export type Attempt = {
  readonly provider: Provider;
  readonly secrets: readonly string[];
  readonly delivery: Delivery;
  /** The registered URL. */
  readonly url?: string;
};

/** The possible faults of a refused delivery; each has a sentence in `explain.ts` and a test. */
export type Cause =
  | "secret-in-other-form"
  | "secret-with-surroundings"
  | "secret-of-another"
  | "body-written-again"
  | "body-ends-differently"
  | "body-in-another-character-set"
  | "signature-without-prefix"
  | "signature-in-other-form"
  | "signature-in-another-header"
  | "another-url"
  | "another-provider";

/** One thing that may have gone wrong, undone: if the delivery is right then, it was that. */
export type Change = {
  readonly cause: Cause;
  /** Completes "The signature is right …". */
  readonly says: string;
  readonly attempt: Attempt;
};
