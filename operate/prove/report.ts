import { readFileSync } from "node:fs";
import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Row } from "./run-steps.ts";

/** How a proof was made. */
export type Proof = {
  readonly stage: string;
  /** `eu-west-1`, or `the local run`. */
  readonly place: string;
  readonly began: Date;
  /** Versions of programs by their names. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** The stage was left as it is. */
  readonly kept: boolean;
  /** Claims that no step shows. */
  readonly uncovered: readonly string[];
};

/** The report of a proof, in Markdown. It has no account's id, and the steps say no secret. */
export function reportOf(proof: Proof): string {
  const { stage, place, began, versions, rows, kept, uncovered } = proof;
  const count = (outcome: Row["outcome"]) => rows.filter((row) => row.outcome === outcome).length;
  const lines = [
    `# Proof of stage ${stage}`,
    "",
    `Made by \`npm run prove\` in ${place}, begun at ${began.toISOString()}: ${count("passed")} passed, ${count("failed")} failed, ${count("not tried")} not tried.`,
    ...(kept ? ["The stage was kept."] : []),
    "A command that was repeated until its answer was there is listed once.",
    "",
    "| Program | Version |",
    "|---|---|",
    ...Object.entries(versions).map(([name, version]) => `| ${name} | ${version} |`),
    "",
    "| Step | Claim | Outcome | Seconds |",
    "|---|---|---|---:|",
    ...rows.map(
      ({ step, claim, outcome, seconds }) => `| [${step}](#${step}) | ${cell(claim)} | ${outcome} | ${seconds} |`,
    ),
    ...rows.flatMap(sectionOf),
    "",
    "## Not covered",
    "",
    ...uncovered.map((claim) => `- ${claim}`),
    "",
  ];
  return withoutAccounts(lines.join("\n"));
}

function sectionOf({ step, claim, commands, seen, outcome }: Row): readonly string[] {
  const typed = commands.length === 0 ? [] : ["", "```sh", ...commands, "```"];
  // A text of AWS or of a program: it is no Markdown of ours.
  const text = seen.replaceAll("```", "...").split("\n");
  return ["", `## ${step}`, "", `${claim}: **${outcome}**`, ...typed, "", "```text", ...text, "```"];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Every number of twelve digits may be an account's id. */
function withoutAccounts(text: string): string {
  return text.replaceAll(/(?<!\d)\d{12}(?!\d)/g, "ACCOUNT");
}

/** The versions of this program and of what it runs on. */
export function versionsInUse(): Proof["versions"] {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"));
  const { version, devDependencies } = read("package.json");
  return {
    Hookline: version,
    // GitHub's workflow says the commit.
    ...defined({ commit: process.env.GITHUB_SHA }),
    "aws-cdk": devDependencies["aws-cdk"],
    "aws-cdk-lib": devDependencies["aws-cdk-lib"],
    Node: process.versions.node,
  };
}
