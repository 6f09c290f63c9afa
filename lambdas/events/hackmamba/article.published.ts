import { type Attempt, PermanentError, processor } from "../../core/processor.ts";
import { type Outbox, openOutbox } from "../../effects/outbox.ts";

/** What this processor reads of the payload; nothing of it is sure to be there. */
type Article = { readonly data?: { readonly id?: unknown } };

type Tools = { readonly outbox: Outbox };

export async function announce({ event, payload, idempotencyKey, log }: Attempt<Article>, { outbox }: Tools) {
  const id = payload?.data?.id;
  if (typeof id !== "string") throw new PermanentError("Cannot announce the article: the payload has no data.id");
  // An event without the flag is announced: better once too often than never.
  if (event.livemode === false) return log.info("a test is not announced", { article: id });
  const sent = await outbox.add({ to: "subscribers", template: "article-published", about: id }, idempotencyKey);
  log.info(sent ? "article announced" : "article was announced already", { article: id });
}

export default processor(
  { impact: "Subscribers do not hear of new articles", timeoutSeconds: 10 },
  { setup: () => ({ outbox: openOutbox() }), run: announce },
);
