import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Outbox, openOutbox } from "../../outbox/outbox.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type User = { readonly data?: { readonly object?: { readonly email?: unknown } } };

type Tools = { readonly outbox: Outbox };

export async function invite({ event, payload, idempotencyKey, log }: Attempt<User>, { outbox }: Tools) {
  const email = payload?.data?.object?.email;
  if (typeof email !== "string") throw new PermanentError("Cannot invite the user: the payload has no object.email");
  // A user without the flag is invited: better once too often than never.
  if (event.livemode === false) return log.info("a test user is not invited");
  const sent = await outbox.add({ to: email, template: "first-steps", about: "your account" }, idempotencyKey);
  log.info(sent ? "invitation is on its way" : "invitation was on its way already");
}

export default processor(
  { impact: "New users are not shown their first steps", timeoutSeconds: 10 },
  { setup: () => ({ outbox: openOutbox() }), run: invite },
);
