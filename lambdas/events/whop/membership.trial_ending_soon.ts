import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Membership = {
  readonly data?: { readonly user?: { readonly id?: unknown } | null; readonly renewal_period_end?: unknown };
};

type Tools = { readonly ledger: Ledger };

export async function showBanner({ payload, idempotencyKey, log }: Attempt<Membership>, { ledger }: Tools) {
  const { user, renewal_period_end: until } = payload?.data ?? {};
  if (typeof user?.id !== "string" || typeof until !== "string") {
    throw new PermanentError("Cannot show the banner: the payload has no user.id or no renewal_period_end");
  }
  const added = await ledger.add({ kind: "banner", account: user.id, until }, idempotencyKey);
  log.info(added ? "banner is shown" : "banner was shown already", { until });
}

export default processor(
  { impact: "Members are not told that their trial ends", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: showBanner },
);
