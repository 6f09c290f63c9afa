import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Project = { readonly data?: { readonly object?: { readonly id?: unknown } } };

type Tools = { readonly ledger: Ledger };

export async function setUp({ event, payload, idempotencyKey, log }: Attempt<Project>, { ledger }: Tools) {
  const id = payload?.data?.object?.id;
  if (typeof id !== "string") throw new PermanentError("Cannot set the project up: the payload has no data.object.id");
  if (event.livemode === false) return log.info("a test project is not set up");
  const added = await ledger.add({ kind: "project", project: id }, idempotencyKey);
  log.info(added ? "project set up" : "project was set up already", { project: id });
}

export default processor(
  { impact: "New projects find nothing set up", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: setUp },
);
