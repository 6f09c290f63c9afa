import type { Context } from "hono";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Events } from "../events/open-events.ts";
import type { Stage } from "../stage/stage.ts";
import type { Forms } from "./forms.ts";
import type { Jobs } from "./jobs.ts";
import { answerPage, type Html } from "./shell.ts";

/** All that the pages of a stage share. */
export type PageParts = {
  readonly stage: Stage;
  readonly events: Events;
  readonly forms: Forms;
  readonly jobs: Jobs;
  /** A text with its commands as the runner in use has them. */
  readonly typed: (text: string) => string;
  /** An error in a sentence. */
  readonly textOf: (error: unknown) => string;
  /** Where the local run keeps its files, and the page those that it saves: git ignores it. */
  readonly folder: string;
  /** Aborts when the page is closed. */
  readonly closing: AbortSignal;
};

/** Answers with a page of the stage. */
export async function answer(
  context: Context,
  { stage }: Pick<PageParts, "stage">,
  title: string,
  content: Html,
  status?: 200 | 400 | 404 | 413 | 500,
): Promise<Response> {
  return await answerPage(context, { title, place: stage.place, ...defined({ status }) }, content);
}
