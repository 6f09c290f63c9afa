import { PermanentError, processor } from "../../../../lambdas/core/processing/processor.ts";

/** Fails for good in the first run of an event, and works in the next one: after a redrive. */
export default processor({ impact: "None: this event type is there for a proof" }, async ({ attempt }) => {
  if (attempt === 1) throw new PermanentError("The proof wants the first run to fail for good");
});
