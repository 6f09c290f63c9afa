import { stages } from "../../infra/config.ts";
import { isNear, nearest } from "../../lambdas/core/checks/nearest.ts";
import { UsageError } from "./usage-error.ts";

/** The first line of a command: where it acts. */
export function placeLine(stage: string, isLocal: boolean): string {
  return `Stage ${stage} ${isLocal ? "in the local run" : "on AWS"}`;
}

/**
 * A stage of `infra/config.ts`.
 *
 * @throws {TypeError} Where it has no stage of this name.
 */
export function checkStage(name: string): string {
  if (Object.hasOwn(stages, name)) return name;
  const names = Object.keys(stages);
  const meant = isNear(name, names) ? `; did you mean ${nearest(name, names)?.name}?` : "";
  throw new UsageError(`Cannot find stage "${name}": infra/config.ts has ${names.join(", ")}${meant}`);
}
