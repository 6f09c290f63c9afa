import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { EventFile } from "../../infra/build/event-files.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import type { StageConfig } from "../../infra/stage-config.ts";
import { endWithUs } from "../lambda/reaper.ts";

/** An event type of a run, and its file. */
export type RunEvent = DeployedEvent & Pick<EventFile, "path">;

/** A stage to be synthesized, and the folder into which it goes. */
export type Synth = {
  /** The folder of event files. */
  readonly events: string;
  readonly stage: string;
  /** In place of what `infra/config.ts` says of the stage. */
  readonly config: Partial<StageConfig>;
  readonly folder: string;
};

/** The parts of a run that synth finds. `inputs`: the files that are in its functions. */
export type Synthesized = {
  readonly events: readonly RunEvent[];
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  readonly inputs: readonly string[];
};

export type SynthAnswer =
  | (Synthesized & { readonly ok: true })
  | { readonly ok: false; readonly name: string; readonly text: string };

const program = fileURLToPath(new URL(`synth-program${extname(import.meta.url)}`, import.meta.url));

/**
 * Bundles and synthesizes a stage in a process of its own, which ends with this one, into `cdk.out` and `functions` of a folder.
 *
 * @param environment All variables that it sees.
 * @throws {TypeError} When an event file is wrong, as `readEventFiles` does; or the error that synth ended with.
 */
export async function runSynth(given: Synth, environment: Readonly<Record<string, string>>): Promise<Synthesized> {
  const runtime = "Deno" in globalThis ? ["run", "-A"] : [];
  const child = spawn(process.execPath, [...runtime, program, JSON.stringify(given)], {
    // CDK's validation of the template takes most of a synth, and 300 MB; `npm run synth` has it.
    env: { ...environment, CDK_VALIDATION: "false", NODE_COMPILE_CACHE: join(given.folder, "../compiled") },
    stdio: ["ignore", "inherit", "inherit"],
  });
  endWithUs(child);
  const [code, signal] = await once(child, "exit");
  const answer = readAnswer(join(given.folder, "answer.json"));
  if (answer?.ok) return answer;
  const { name, text } = answer ?? { name: "Error", text: `Cannot start: synth ended by ${signal ?? code}` };
  throw new (name === "TypeError" ? TypeError : name === "RangeError" ? RangeError : Error)(text);
}

function readAnswer(path: string): SynthAnswer | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
