import { existsSync } from "node:fs";

/** Why a test of the example events is skipped: a clone may have removed them. False where the event is there. */
export function lacking(name: string): string | false {
  const isThere = existsSync(new URL(`../lambdas/events/${name}.ts`, import.meta.url));
  return isThere ? false : `lambdas/events has no ${name}.ts`;
}
