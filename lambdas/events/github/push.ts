import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Outbox, openOutbox } from "../../outbox/outbox.ts";

/** The fields of GitHub's push payload that this processor reads; none is certain to be there. */
type Push = {
  readonly ref?: unknown;
  readonly repository?: { readonly full_name?: unknown; readonly default_branch?: unknown };
  readonly commits?: unknown;
};

type Tools = { readonly outbox: Outbox };

export async function announcePush({ payload, idempotencyKey, log }: Attempt<Push>, { outbox }: Tools) {
  const { ref, repository, commits } = payload ?? {};
  const { full_name, default_branch } = repository ?? {};
  if (typeof full_name !== "string" || typeof default_branch !== "string" || !Array.isArray(commits)) {
    throw new PermanentError("Cannot announce the push: the payload has no repository or no commits");
  }
  if (ref !== `refs/heads/${default_branch}`) return;
  await outbox.add({ to: "team", template: "pushed", about: full_name }, idempotencyKey);
  log.info("pushed to the default branch", { repository: full_name, commits: commits.length });
}

export default processor(
  { impact: "Pushes to a default branch are not announced", timeoutSeconds: 10 },
  { setup: () => ({ outbox: openOutbox() }), run: announcePush },
);
