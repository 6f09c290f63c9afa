/**
 * dynalite 4.0.0, validations/putItem.js:4, validations/updateItem.js:3 and validations/deleteItem.js:3: a field that is not among
 * the types is dropped, and so `ReturnValuesOnConditionCheckFailure`; db/index.js:849 returns no item with a failed condition.
 * AWS returns the item that stood in the way, where it is asked to.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
import { createRequire } from "node:module";
import type { DynaliteInternals } from "./dynalite.d.ts";

const requireHere = createRequire(import.meta.url);
const field = "ReturnValuesOnConditionCheckFailure";

/**
 * Adds the field to the types, and the item to the failure. Actions look `checkConditional` up on its module at each call, so
 * a wrapped export reaches them: those of every dynalite in this process, from then on.
 */
export function repairOldItem(): void {
  const requestTypes = ["putItem", "updateItem", "deleteItem"].map(
    (action) => (requireHere(`dynalite/validations/${action}`) as { types: Record<string, object> }).types,
  );
  if (requestTypes.every((types) => field in types)) return;
  for (const types of requestTypes) types[field] = { type: "String", enum: ["ALL_OLD", "NONE"] };

  const internals = requireHere("dynalite/db") as DynaliteInternals;
  const { checkConditional } = internals;
  internals.checkConditional = (request, existing) => {
    const failure = checkConditional(request, existing);
    if (failure && existing && request[field] === "ALL_OLD") failure.body.Item = existing;
    return failure;
  };
}
