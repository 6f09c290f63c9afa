import { compareVersions, type Kept, type Rollbacks, rollBack } from "../rollback/rollback.ts";
import { aliasName, rollbackCommand } from "../rollback/versions.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { regionOf, type Stage } from "../stage/stage.ts";
import { type Command, command, type Print, stageWord, usageError } from "./command.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { askYes } from "./terminal.ts";

const help = {
  name: "rollback",
  says: "lists the versions of the verifier, and has an earlier one answer where it loses nothing",
  takes: [stageWord],
  options: {
    to: { type: "string", value: "N", says: "have this version answer" },
    yes: { type: "boolean", says: "do not ask" },
    json: { type: "boolean", says: "print one JSON object, as in docs/formats.md; with --to it needs --yes" },
    ...stageOptions,
  },
  more: [
    stageHelp,
    "It covers the verifier alone. To take a processor back, deploy the earlier commit.",
    "A version is asked what it routes, by an invocation of its own. The local run has one version.",
  ],
  examples: ["prod", "prod --to 11"],
} as const;

/** For tests. */
type Given = StagePlaces & { readonly ask?: (question: string) => Promise<boolean> };

/**
 * Rolls the verifier back. Returns 1 where a version must not answer, and where the answer was no.
 *
 * @throws {UsageError} For arguments that cannot be.
 * @throws {TypeError} For a stage or a version that is not there, and where the alias was changed meanwhile.
 */
export const rollback: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [stageName], print }, given: Given = {}) => {
    const { to, yes, json } = values;
    if (to !== undefined && !/^[1-9]\d{0,8}$/.test(to)) {
      throw usageError(help, `--to takes the number of a version, received "${to}"`);
    }
    if (to === undefined && yes) throw usageError(help, "--yes goes with --to");
    if (to !== undefined && json && !yes) throw usageError(help, "--json asks nothing: give --yes, too");
    const stage = await openStage(stageName, values, given);
    try {
      if (!json) print(stage.place);
      const found = await compareVersions(stage, to);
      if (to !== undefined)
        return await goBack(stage, found, { ...{ to, yes, json, print }, ask: given.ask ?? askYes });
      if (json) print(JSON.stringify(listed(stage, found)));
      else for (const line of listLines(stage, found)) print(line);
      return 0;
    } finally {
      stage.clients.close();
    }
  },
);

type Going = {
  readonly to: string;
  readonly yes: boolean;
  readonly json: boolean;
  readonly print: Print;
  readonly ask: (question: string) => Promise<boolean>;
};

async function goBack(stage: Stage, found: Rollbacks, { to, yes, json, print, ask }: Going): Promise<number> {
  const { live, newest, versions } = found;
  const wanted = versions.find(({ version }) => version === to);
  if (wanted === undefined) {
    const kept = versions.map(({ version }) => version).join(", ");
    throw new TypeError(`Cannot roll back to version ${to}: it is not there; the verifier's versions are ${kept}`);
  }
  const { against, isLive } = wanted;
  const tell = (isDone: boolean) =>
    print(JSON.stringify({ stage: stage.name, from: live, to, done: isDone, against: [...against] }));
  if (isLive || against.length > 0) {
    if (json) tell(isLive);
    else for (const line of isLive ? [`Version ${to} answers already.`] : refusalLines(stage, wanted)) print(line);
    return isLive ? 0 : 1;
  }
  if (!yes) {
    for (const line of scopeLines) print(line);
    if (!(await ask(`Have version ${to} of the verifier answer in place of ${live}, on ${stage.place}?`))) return 1;
  }
  await rollBack(stage, found, to);
  if (json) tell(true);
  else for (const line of doneLines(stage, { to, newest })) print(line);
  return 0;
}

const scopeLines = ["The verifier alone goes back, and no processor: for those, deploy the earlier commit."] as const;

function doneLines(stage: Stage, { to, newest }: { readonly to: string; readonly newest: string }): readonly string[] {
  const answers = `Version ${to} of the verifier answers.`;
  if (to === newest) return [`${answers} It is the stack's own: nothing is rolled back any more.`];
  return [
    `${answers} Processors are as they were; for those, deploy the earlier commit.`,
    "The next deployment that changes the verifier goes to its new version; one that does not leaves this one.",
    `Until then, this ends it: ${rollbackCommand(stage, newest)}`,
  ];
}

function refusalLines({ aws }: Stage, { version, against }: Kept): readonly string[] {
  const region = regionOf(aws);
  const where = region ? ` --region ${region}` : "";
  const way = `aws lambda update-alias --function-name ${aws?.verifier} --name ${aliasName} --function-version ${version}`;
  return [
    `Version ${version} must not answer:`,
    ...against.map((why) => `  ${why}`),
    "Nothing was changed. Where you know better:",
    `  ${way}${where}`,
  ];
}

function listLines(stage: Stage, { live, newest, versions }: Rollbacks): readonly string[] {
  const width = Math.max(...versions.map(({ version }) => version.length));
  const rows = versions.flatMap(({ version, made = "", isLive, against }) => {
    const marks = [...(isLive ? ["live"] : []), ...(version === newest ? ["the stack's own"] : [])].join(", ");
    const [first = "may answer", ...rest] = isLive ? [marks] : against.map((why) => `no: ${why}`);
    const before = `${version.padStart(width)}  ${made.slice(0, 16).replace("T", " ").padEnd(16)}  `;
    const said = isLive || marks === "" ? first : `${marks}; ${first}`;
    return [`${before}${said}`, ...rest.map((why) => `${" ".repeat(before.length)}${why}`)];
  });
  if (stage.run !== undefined) return [...rows, "It has one version of the verifier, that of the code as it is now."];
  const isRolledBack = versions.some(({ version, isLive, against }) => {
    return version === newest && !isLive && against.length === 0;
  });
  const able = versions.find(({ isLive, against }) => !isLive && against.length === 0);
  return [
    ...rows,
    ...scopeLines,
    ...(isRolledBack ? [`The verifier is rolled back; this ends it: ${rollbackCommand(stage, newest)}`] : []),
    ...(live !== newest || able === undefined ? [] : [`To go back: ${rollbackCommand(stage, able.version)}`]),
  ];
}

function listed({ name }: Stage, { live, newest, versions }: Rollbacks): object {
  return {
    ...{ stage: name, live, newest },
    versions: versions.map(({ version, made, isLive, against }) => ({ version, made, live: isLive, against })),
  };
}
