import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Outbox, openOutbox } from "../../outbox/outbox.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Cancellation = {
  readonly data?: {
    readonly subscriber?: { readonly email?: unknown };
    readonly product?: { readonly name?: unknown };
  };
};

type Tools = { readonly outbox: Outbox };

export async function winBack({ payload, idempotencyKey, log }: Attempt<Cancellation>, { outbox }: Tools) {
  const { subscriber, product } = payload?.data ?? {};
  if (typeof subscriber?.email !== "string" || typeof product?.name !== "string") {
    throw new PermanentError("Cannot win back: the payload has no subscriber.email or no product.name");
  }
  const mail = { to: subscriber.email, template: "win-back", about: product.name };
  log.info((await outbox.add(mail, idempotencyKey)) ? "win-back is on its way" : "win-back was on its way already");
}

export default processor(
  {
    impact: "Subscribers who leave are not asked to come back",
    // Guides have this name.
    types: ["SUBSCRIPTION_CANCELED"],
    timeoutSeconds: 10,
  },
  { setup: () => ({ outbox: openOutbox() }), run: winBack },
);
