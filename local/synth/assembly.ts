import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { removeLeft } from "../private-folder.ts";
import { filesBelow, hashOf, settingsOf } from "./inputs.ts";
import { runSynth, type Synth, type Synthesized } from "./run-synth.ts";

/** A synthesized stage, and the cloud assembly that it lies in. */
type Assembly = Synthesized & { readonly assembly: string };

/** `inputs` of `Synthesized` are those outside the hashed folders, too. `seal`: of this record and all files beside it. */
type Made = Synthesized & { readonly hash: string; readonly seal: string };

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The time of a write may be so much too early: systems count it in ticks. */
const tickMilliseconds = 50;

/**
 * The synthesized stage in a run's folder: that of the last start where nothing has changed since, otherwise made anew.
 * Only one process may have the folder. It is made beside the old one and moved into its place, whole.
 *
 * Anything that synth can see counts as changed: event files and what they import from wherever; every file of the
 * folder of event files, of `lambdas`, `infra` and `local/synth`; manifests, lock files and settings; the runtime's version; the
 * options; and the environment. A file from elsewhere that code reads by itself while it is loaded is not noticed.
 *
 * @param say Is told which of both.
 * @throws {TypeError} When an event file is wrong.
 */
export async function prepareAssembly(
  given: Synth,
  say: (text: string) => void,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Assembly> {
  const place = join(given.folder, "stack");
  const assembly = join(place, "cdk.out");
  const environment = seenBySynth(variables);
  const kept = readMade(place);
  if (kept !== undefined && hashInputs(given, environment, kept.inputs)?.hash === kept.hash) {
    say("nothing has changed since the last start: its bundles and template are used");
    return { ...kept, assembly };
  }
  for (const name of readdirSync(given.folder)) {
    // A start that was killed left it, or a run that took up event files.
    if (name.startsWith("stack-")) removeLeft(join(given.folder, name));
  }
  say("bundles the functions and synthesizes");
  const folder = mkdtempSync(join(given.folder, "stack-"));
  try {
    const begun = Date.now() - tickMilliseconds;
    const before = hashInputs(given, environment, []);
    const made = await runSynth({ ...given, folder }, environment);
    const after = hashInputs(given, environment, made.inputs);
    // A file that was saved meanwhile may be in it, or not.
    const isCertain =
      after !== undefined && after.changedAt < begun && hashInputs(given, environment, [])?.hash === before?.hash;
    for (const name of ["answer.json", "bundles", "entries"]) rmSync(join(folder, name), { recursive: true });
    const { events, sources, inputs } = made;
    const record = { events, sources, inputs, hash: isCertain ? after.hash : "" };
    writeFileSync(join(folder, "made.json"), JSON.stringify({ ...record, seal: sealOf(record, folder) }));
    rmSync(place, { recursive: true, force: true });
    renameSync(folder, place);
    return { ...record, assembly };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The synthesized stage in a folder beside that of the start, whose code the functions of a run go on loading. The next start
 * removes it.
 *
 * @throws {TypeError} When an event file is wrong.
 */
export async function synthesizeBeside(given: Synth): Promise<Assembly> {
  const folder = mkdtempSync(join(given.folder, "stack-"));
  try {
    const made = await runSynth({ ...given, folder }, seenBySynth(process.env));
    return { ...made, assembly: join(folder, "cdk.out") };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The record of the last start; undefined where it, or a file beside it, is not as it was written. */
function readMade(place: string): Made | undefined {
  try {
    const { seal, ...record } = JSON.parse(readFileSync(join(place, "made.json"), "utf8")) as Made;
    return record.hash !== "" && seal === sealOf(record, place) ? { ...record, seal } : undefined;
  } catch {
    return undefined;
  }
}

function sealOf(record: Omit<Made, "seal">, place: string): string {
  const files = filesBelow(place).filter((path) => path !== join(place, "made.json"));
  return hashOf([JSON.stringify(record)], files, place.length).hash;
}

/** Undefined where a folder of them cannot be read. */
function hashInputs(
  { events, stage, config, folder }: Synth,
  environment: Readonly<Record<string, string>>,
  imported: readonly string[],
) {
  const { version, versions, platform, arch } = process;
  const facts = { root, events, stage, config, folder, cwd: process.cwd(), version, versions, platform, arch };
  const folders = [events, ...["lambdas", "infra", "local/synth"].map((name) => join(root, name))];
  const named = ["cdk.json", "package-lock.json", "deno.json", "deno.lock", "node_modules/.package-lock.json"];
  const packages = ["aws-cdk-lib", "constructs", "esbuild"].map((name) => `node_modules/${name}/package.json`);
  try {
    const files = [...folders.flatMap(filesBelow), ...imported];
    const settings = settingsOf(files);
    const others = [...named, ...packages].map((name) => join(root, name));
    return hashOf([JSON.stringify([facts, environment])], new Set([...files, ...settings, ...others]));
  } catch {
    return undefined;
  }
}

/** Variables that differ from terminal to terminal; synth does not get them, so that they need not count. */
const ofTerminals =
  /^(_|PWD|OLDPWD|INIT_CWD|SHLVL|TERM(_.*|INAL.*)?|COLORTERM|COLUMNS|LINES|DISPLAY|WINDOWID|STY|WT_.*|TMUX.*|SSH_.*|XDG_SESSION.*|VSCODE_.*|npm_(?!config_).*)$/;

function seenBySynth(variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const seen = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined || ofTerminals.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(seen.sort(([a], [b]) => (a < b ? -1 : 1)));
}
