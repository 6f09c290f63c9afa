import { stages } from "../infra/config.ts";
import { defined } from "../lambdas/core/bytes/defined.ts";

/** The settings of a client of AWS for a stage: its region, or the SDK's where the stage has none. */
export function stageRegion(
  stage: string,
  from: Readonly<Record<string, { readonly region?: string }>> = stages,
): { readonly region?: string } {
  return defined({ region: Object.hasOwn(from, stage) ? from[stage]?.region : undefined });
}
