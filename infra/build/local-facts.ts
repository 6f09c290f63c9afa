import process from "node:process";
import type { EventFile } from "./event-files.ts";

/** The key of CDK's context by which a local run asks a receiver for its facts, and the kind of the metadata that has them. */
export const localFactsKey = "hookline:local";

/** The facts of a receiver that are of this machine: its template has all others. */
export type LocalFacts = {
  readonly stage: string;
  /** The paths of its event files, by their names. */
  readonly files: Readonly<Record<string, string>>;
};

/** Whether a local run synthesizes this app: the context of the CDK CLI says so, before there is an app. */
export function isLocalSynth(): boolean {
  return process.env.CDK_CONTEXT_JSON?.includes(`"${localFactsKey}":true`) ?? false;
}

/** The facts of a receiver of these event files. */
export function localFacts(stage: string, events: readonly Pick<EventFile, "name" | "path">[]): LocalFacts {
  return { stage, files: Object.fromEntries(events.map(({ name, path }) => [name, path])) };
}
