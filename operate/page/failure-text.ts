import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { readLocalRun } from "../../local/local-run.ts";
import { awsFailure } from "../stage/aws-failure.ts";
import type { PageParts } from "./parts.ts";

/** The sentence of an error of ours, or of a stage that cannot be reached; of another error, its name too. */
export function failureText(
  { stage, typed, folder }: Pick<PageParts, "stage" | "typed" | "folder">,
  error: unknown,
): string {
  const unreached = awsFailure(error);
  if (unreached === undefined) return typed(error instanceof TypeError ? error.message : errorText(error));
  const { run } = stage;
  const hasEnded = run !== undefined && readLocalRun(folder)?.pid !== run.pid;
  return typed(hasEnded ? "The local run has ended: npm start, and then serve the page again" : unreached);
}

/** Whether the one who asked can mend it: an error of ours about what was asked for. */
export function isOfAsker(error: unknown): boolean {
  return error instanceof TypeError && awsFailure(error) === undefined;
}
