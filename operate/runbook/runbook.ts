import { readFileSync } from "node:fs";
import { alarmPrefix, kinds } from "../../infra/constructs/alarms/kinds.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { regionOf, type Stage } from "../stage/stage.ts";

/** The part of a stage that a section's names come from. */
export type NamedStage = Pick<Stage, "name" | "words" | "url" | "table" | "bucket" | "sources" | "events" | "aws">;

/** The page, in the repository as in the package. */
const page = new URL("../../infra/RUNBOOK.md", import.meta.url);

/**
 * The runbook's section of an alarm, its lines with the stage's names filled in: of an alarm's name, of what follows
 * `hookline-<stage>-` in it, or of its kind alone. A name that the alarm does not tell stays in its brackets.
 *
 * @throws {TypeError} For a kind that there is none of, with those that there are.
 */
export function sectionFor(alarm: string, stage: NamedStage): readonly string[] {
  const own = alarm.startsWith(alarmPrefix(stage.name)) ? alarm.slice(alarmPrefix(stage.name).length) : alarm;
  const names = Object.keys(kinds);
  const kind = names.find((name) => own === name || own.endsWith(`-${name}`));
  if (kind === undefined) {
    throw new TypeError(
      `Cannot find the alarm: its name must end in one of ${names.join(", ")}${didYouMean(own, names)}`,
    );
  }
  const subject = own.slice(0, -kind.length).replace(/-$/, "");
  return filled(sectionOf(kind), stage, subject);
}

/** The names of sections are headings: `dlq-not-empty` is that of "DLQ not empty". */
function sectionOf(kind: string): readonly string[] {
  const [, ...sections] = readFileSync(page, "utf8").split(/^## /m);
  const found = sections.find((section) => anchorOf(section.split("\n")[0] ?? "") === kind) ?? "";
  return (found.split(/^# /m)[0] ?? "").trimEnd().split("\n");
}

const anchorOf = (heading: string) => heading.toLowerCase().replaceAll(" ", "-");

/** Lines with the names of a stage, and of an alarm's subject: a queue behind the stage's prefix, a source, or all of one. */
export function filled(lines: readonly string[], stage: NamedStage, subject: string): readonly string[] {
  const event = stage.events.find(({ queue }) => queue === subject);
  const source = event?.source ?? [subject, subject.replace(/\.all(-\d+)?$/, "")].find((name) => stage.sources[name]);
  const known: Readonly<Record<string, string | undefined>> = {
    stage: stage.name,
    url: stage.url,
    verifier: stage.aws?.verifier,
    table: stage.table,
    bucket: stage.bucket,
    source,
    type: event?.name.slice((source?.length ?? 0) + 1),
    queue: event?.queue ?? (subject === "archive" ? subject : undefined),
  };
  // Behind "--" stand the words by which a command finds the stage: none for the local run.
  const words = stage.words.length === 0 ? "" : ` ${stage.words.join(" ")}`;
  const region = regionOf(stage.aws);
  const inRegion = (line: string) => (region && line.startsWith("aws ") ? `${line} --region ${region}` : line);
  return lines.map((line) =>
    inRegion(line)
      .replaceAll(/(npm run [a-z]+ --) <stage>/g, `$1${words}`)
      .replaceAll(/<([a-z]+)>/g, (whole, name: string) => known[name] ?? whole),
  );
}
