import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { buildCreatePackage } from "../../infra/build/package.ts";
import { svgOf } from "./first-hour-svg.ts";
import { createProject, lineOf, linesOf, type Project } from "./project.ts";

/** A part of the page: prose, what is typed and printed in a terminal, new rows of the run, or an edit of a file. */
export type Part = { readonly kind: "prose" | "console" | "text" | "diff"; readonly lines: readonly string[] };

/** Values that differ from walk to walk, and those that stand for them. */
const fixed: readonly (readonly [RegExp, string])[] = [
  [/^\d\d:\d\d:\d\d/, "12:01:02"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/, "2026-01-05T12:01:02.000Z"],
  [/\b\d+ s ago/, "3 s ago"],
  [/(?<=^Ready after )[\d.]+/, "2.4"],
  [/(?<=rebuilt \S+ in )\d+/, "240"],
  [/(?<=→ done )\d+/, "3"],
  [/(?<=(accepted|refused) )\d+/, "14"],
  [/\b[\d.]+(?=ms\))/, "14.2"],
  [/(?<=duration_ms )[\d.]+/, "208.5"],
  [/(?<=127\.0\.0\.1:)\d+(?=\/)/, "8787"],
  [/(?<=127\.0\.0\.1:)\d+(?!\d|\/)/, "8788"],
  [/hookline-[0-9a-f]{16}\.localhost:\d+\/\?token=[\w-]+/, "hookline-0a1b2c3d.localhost:41234/?token=0a1b2c3d"],
  [/\b[0-9a-f]{48}\b/, "0123456789abcdef".repeat(3)],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/, "5f0c1f4e-0b1e-4d6a-9f52-6b7c8d9e0f10"],
];

export const page: URL = new URL("../../docs/first-hour.md", import.meta.url);
export const picture: URL = new URL("../../docs/first-hour.svg", import.meta.url);
const hookline = "npx --no-install hookline";
const eventFile = "webhooks/github/push.ts";
// biome-ignore lint/suspicious/noTemplateCurlyInString: a line of TypeScript
const fault = '    if (payload.ref !== "refs/heads/release") throw new PermanentError(`${payload.ref} has no server`);';

/** Does the first hour as docs/first-hour.md tells it, in an empty folder, and returns that page. */
export async function walkFirstHour(): Promise<readonly Part[]> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "hookline-hour-")));
  const folder = join(top, "hooks");
  const project = createProject();
  const paths = [dirname(process.execPath), project.env.PATH].join(delimiter);
  const npm = { npm_config_offline: "true", npm_config_cache: join(top, ".npm") };
  const env = { ...project.env, ...npm, PATH: paths, LC_ALL: "C" };
  const parts: Part[] = [];
  const add = (kind: Part["kind"], lines: readonly string[]) =>
    parts.push({ kind, lines: lines.map((line) => withFixed(line.replaceAll(top, "/home/you"))) });
  const says = (...lines: readonly string[]) => add("prose", lines);
  const type = (command: string, cwd = folder) => add("console", [`$ ${command}`, ...outputOf(command, cwd, env)]);
  const types = (command: string) => type(`${hookline} ${command}`);
  let stop = async () => {};

  try {
    packBoth(project, top, env);
    says(
      "# The first hour",
      "",
      "From an empty folder to an event that is processed, one that fails, the reason, and its second run after the repair. All of it",
      "happens on your machine: no AWS account, no Docker. `test/package/first-hour.ts` types these commands and makes this page from what",
      "they print; a test holds the two equal. Times, ports, secrets, ids and the home folder are replaced by fixed ones. Instead of",
      "`npm install` the script links the packages of this repository.",
      "",
      "## A project",
      "",
      "You need Node 22.18 or newer. Neither package is on npm yet: [`npm run build` and `npm pack`](deploying.md#in-a-cdk-app-of-your-own)",
      "make two tarballs in a clone of Hookline. Put them into an empty folder. Lines that begin with `$` are typed.",
    );
    type("ls", top);
    type("npx --yes ./create-hookline-0.1.0.tgz hooks --package hookline-hookline-0.1.0.tgz", top);
    add("console", ["$ cd hooks", "$ npm install --silent"]);
    installLinked(project, folder);
    says("Each event type is a file, which becomes a Lambda with a queue, a dead-letter queue (DLQ) and alarms:");
    type(`cat ${eventFile}`);
    says("Beside it lies a test, which signs a push and sends it to the same code in one process:");
    type("npm test --silent");

    says(
      "## Start",
      "",
      "The first terminal runs the stack until Ctrl-C. It prints the URL and the secret of each source, and the address of a page that",
      "shows what comes:",
    );
    const run = spawn("npx", [...hookline.split(" ").slice(1), "start", "--port", "0"], {
      cwd: folder,
      env,
      detached: true,
    });
    const seen = linesOf(run);
    stop = async () => {
      // To both, as Ctrl-C does: to npx and to the program.
      if (run.pid !== undefined && run.exitCode === null) process.kill(-run.pid, "SIGINT");
      if (run.exitCode === null) await once(run, "close");
    };
    const rows = async (...fits: readonly RegExp[]) => add("text", await rowsOf(run, seen, fits));
    await lineOf(run, seen, /^The page is at/);
    add("console", [`$ ${hookline} start`, ...seen.splice(0)]);

    says("## An event is processed", "", "In a second terminal, in `hooks`, post a signed delivery as GitHub does:");
    types("send github/push --id first");
    says("The first terminal prints the delivery, the log line of the event file, and the run:");
    await rows(/accepted/, /deploys/, /→ done/);

    says("## An event fails", "", `Add a fault to \`${eventFile}\` and save it. The run takes the new code:`);
    const good = readFileSync(join(folder, eventFile), "utf8");
    const [before = "", after = ""] = good.split(/^(?= {4}log\.info)/m);
    add("diff", [
      `+${fault}`,
      ...after
        .split("\n")
        .slice(0, 1)
        .map((line) => ` ${line}`),
    ]);
    writeFileSync(join(folder, eventFile), `${before}${fault}\n${after}`);
    await rows(/rebuilt/);
    types("send github/push --id second");
    says(
      "The provider gets its 200 all the same: the event is queued, and the fault is yours. An error is retried for hours; a",
      "`PermanentError` sends the event to the DLQ at once. The run names the line of the source, and the alarm fires (the",
      "[runbook](../infra/RUNBOOK.md#dlq-not-empty) says what to do):",
    );
    await rows(/accepted/, /→ dead/, /^ +PermanentError/, /^ +at .*push\.ts/, /ALARM/, /^ {19}\S/);
    says("The dead event lies in the DLQ for 14 days, with its reason:");
    types("dlq list");
    types("dlq show github/push --id second");

    says("## The fault is mended", "", "Take the line out again and save. Then send the dead event back to its queue:");
    writeFileSync(join(folder, eventFile), good);
    await rows(/rebuilt/);
    types("dlq redrive github/push --id second");
    await rows(/deploys/, /→ done/, /OK/);
    types("dlq list");

    says(
      "## A delivery is refused",
      "",
      "Here the sender signs with a secret that is not that of the source, the commonest trouble:",
    );
    type("echo 'the secret of another stage' > prod.txt");
    types("send github/push --id third --secret-file prod.txt");
    await rows(/refused/);
    says(
      "The sender hears no more than that: it could be anybody. You have the secrets, so `why` tells you more. It undoes the usual",
      "faults, one at a time, until the signature is right:",
    );
    types("why --last --other-secret-file prod.txt");
    says(
      "## From here",
      "",
      "The README of the new project has the way to AWS. [Using](using.md) has more on event files, [Running locally](local.md) on the",
      "run, and [Deploying and operating](deploying.md) on all that follows.",
    );
  } finally {
    await stop();
    rmSync(top, { recursive: true, force: true });
    project.remove();
  }
  return parts;
}

/** Puts both tarballs into the folder. */
function packBoth(project: Project, top: string, env: Project["env"]): void {
  const built = mkdtempSync(join(tmpdir(), "hookline-built-"));
  buildCreatePackage(built);
  for (const one of [join(dirname(project.folder), "package"), built]) outputOf(`npm pack --silent ${one}`, top, env);
  rmSync(built, { recursive: true });
}

/** As `npm install` does, without network: the other packages are those of this repository. */
function installLinked(project: Project, folder: string): void {
  const { devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  project.install(Object.keys(devDependencies).filter((name) => name !== "@hookline/hookline"));
  mkdirSync(join(folder, "node_modules"));
  project.link(join(folder, "node_modules"));
}

function outputOf(command: string, cwd: string, env: Project["env"]): readonly string[] {
  const { stdout, stderr } = spawnSync(command, { cwd, env, shell: true, encoding: "utf8" });
  const printed = `${stdout}${stderr}`.trimEnd();
  return printed === "" ? [] : printed.split("\n");
}

/**
 * The rows of the run since it was asked last, once each of them is there. They are in the order of `fits`: a run may end before the
 * row of its delivery is printed.
 *
 * @throws {Error} For a row that does not fit, so that the page leaves nothing out.
 */
async function rowsOf(run: ChildProcess, seen: string[], fits: readonly RegExp[]): Promise<readonly string[]> {
  for (const one of fits) await lineOf(run, seen, one);
  const placeOf = (line: string) => fits.findIndex((one) => one.test(line));
  const lines = seen.splice(0);
  const other = lines.find((line) => placeOf(line) === -1);
  if (other !== undefined) throw new Error(`A row is not expected here: ${other}`);
  return lines.sort((one, two) => placeOf(one) - placeOf(two));
}

function withFixed(line: string): string {
  return fixed.reduce((text, [value, instead]) => text.replace(value, instead), line);
}

/** The page of a walk: what is typed in a terminal without a pause is one block. */
export function pageOf(parts: readonly Part[]): string {
  const texts = parts.map(({ kind, lines }, index) => {
    if (kind === "prose") return `${lines.join("\n")}\n\n`;
    const goesOn = (other: Part | undefined) => kind === "console" && other?.kind === kind;
    const begin = goesOn(parts[index - 1]) ? "" : `\`\`\`${kind}\n`;
    return `${begin}${lines.join("\n")}\n${goesOn(parts[index + 1]) ? "" : "```\n\n"}`;
  });
  return `${texts.join("").trimEnd()}\n`;
}

if (import.meta.main) {
  const parts = await walkFirstHour();
  if (process.argv.includes("--write")) {
    writeFileSync(page, pageOf(parts));
    writeFileSync(picture, svgOf(parts));
  } else process.stdout.write(pageOf(parts));
}
