import { processor } from "../../../../lambdas/core/processing/processor.ts";

export default processor({ impact: "None: this event type is there for a proof" }, async ({ log, idempotencyKey }) => {
  log.info("worked", { idempotencyKey });
});
