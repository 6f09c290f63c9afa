import { processor } from "../../core/processor.ts";

/** What this processor reads of GitHub's push payload. */
type Push = {
  readonly ref: string;
  readonly repository: { readonly full_name: string; readonly default_branch: string };
  readonly commits: readonly unknown[];
};

export default processor<Push>(
  { impact: "Pushes to a default branch are not announced", timeoutSeconds: 10 },
  async ({ payload, log }) => {
    const { ref, repository, commits } = payload;
    if (ref !== `refs/heads/${repository.default_branch}`) return;
    log.info("pushed to the default branch", { repository: repository.full_name, commits: commits.length });
  },
);
