import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Outbox, openOutbox } from "../../outbox/outbox.ts";

/** What this processor reads of the payload; nothing of it is sure to be there. */
type Purchase = {
  readonly data?: { readonly buyer?: { readonly email?: unknown }; readonly product?: { readonly name?: unknown } };
};

type Tools = { readonly outbox: Outbox };

export async function sendWelcome({ payload, idempotencyKey, log }: Attempt<Purchase>, { outbox }: Tools) {
  const { buyer, product } = payload?.data ?? {};
  if (typeof buyer?.email !== "string" || typeof product?.name !== "string") {
    throw new PermanentError("Cannot welcome the buyer: the payload has no buyer.email or no product.name");
  }
  const mail = { to: buyer.email, template: "welcome", about: product.name };
  log.info((await outbox.add(mail, idempotencyKey)) ? "welcome is on its way" : "welcome was on its way already");
}

export default processor(
  { impact: "Buyers are not welcomed and do not learn how to get in", timeoutSeconds: 10 },
  { setup: () => ({ outbox: openOutbox() }), run: sendWelcome },
);
