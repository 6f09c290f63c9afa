import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Outbox, openOutbox } from "../../outbox/outbox.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Purchase = {
  readonly data?: {
    readonly buyer?: { readonly email?: unknown };
    readonly product?: { readonly name?: unknown };
    readonly purchase?: { readonly transaction?: unknown };
  };
};

type Tools = { readonly outbox: Outbox };

export async function sendWelcome({ payload, log }: Attempt<Purchase>, { outbox }: Tools) {
  const { buyer, product, purchase } = payload?.data ?? {};
  if (typeof buyer?.email !== "string" || typeof product?.name !== "string") {
    throw new PermanentError("Cannot welcome the buyer: the payload has no buyer.email or no product.name");
  }
  if (typeof purchase?.transaction !== "string") {
    throw new PermanentError("Cannot welcome the buyer: the payload has no purchase.transaction");
  }
  const mail = { to: buyer.email, template: "welcome", about: product.name };
  // One purchase is approved and then complete, by two events: the transaction is what both have.
  log.info(
    (await outbox.add(mail, `welcome ${purchase.transaction}`))
      ? "welcome is on its way"
      : "welcome was on its way already",
  );
}

export default processor(
  {
    impact: "Buyers are not welcomed and do not learn how to get in",
    types: ["PURCHASE_COMPLETE"],
    timeoutSeconds: 10,
  },
  { setup: () => ({ outbox: openOutbox() }), run: sendWelcome },
);
