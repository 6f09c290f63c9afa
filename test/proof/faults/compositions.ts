import { fromHttpEvent, toHttpResult } from "../../../lambdas/aws/http/http-event.ts";
import { answer, receive } from "../../../lambdas/core/mod.ts";
import { type Composition, ours } from "../simulation/simulated-stack.ts";

/** The same steps without Middy: what hosts other than Lambda run. */
export const byReceive: Composition = {
  ...ours,
  verifier: (options) => async (event) => toHttpResult(answer(await receive(fromHttpEvent(event), options))),
};
