import { stages } from "../../infra/config.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { isSourceName } from "../../lambdas/core/ingress/source-path.ts";
import { findStage, type StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { isPackage } from "./runner.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { UsageError } from "./usage-error.ts";

type StageValues = { readonly stack: string | undefined; readonly region: string | undefined; readonly local: boolean };

/**
 * The stage that a command's arguments name.
 *
 * @throws {UsageError} Where `infra/config.ts` has no stage of this name.
 * @throws {TypeError} Where the stage is not there.
 */
export async function openStage(
  name: string | undefined,
  { stack, region, local }: StageValues,
  places: StagePlaces,
): Promise<Stage> {
  if (local && stack !== undefined) throw new UsageError("Cannot find a stage: --local and --stack exclude each other");
  if (isPackage && name !== undefined && stack === undefined) {
    throw new UsageError(
      `Cannot find stage "${name}": give --stack, the name of your app's stack with the WebhookReceiver`,
    );
  }
  const stage = name === undefined || stack !== undefined ? name : checkStage(name);
  keepHeapSmall();
  return await findStage({ stage, stack, region, local }, places);
}

/**
 * A stage of `infra/config.ts`.
 *
 * @throws {UsageError} Where it has no stage of this name.
 */
export function checkStage(name: string): string {
  if (Object.hasOwn(stages, name)) return name;
  const names = Object.keys(stages);
  const meant = didYouMean(name, names);
  throw new UsageError(`Cannot find stage "${name}": infra/config.ts has ${names.join(", ")}${meant}`);
}

/**
 * A source of a stage.
 *
 * @throws {UsageError} Where it has none of this name. The name may be a secret, by mistake: only one that could be a source's is repeated.
 */
export function checkSource(name: string, { name: stage, sources }: Stage): string {
  if (Object.hasOwn(sources, name)) return name;
  const names = Object.keys(sources);
  const meant = didYouMean(name, names);
  const given = isSourceName(name) ? ` "${name}"` : "";
  throw new UsageError(`Cannot find source${given}: stage ${stage} has ${names.join(", ") || "none"}${meant}`);
}
