import { examine } from "../doctor/examine.ts";
import { type Finding, tableOf } from "../doctor/finding.ts";
import { siteOf } from "../doctor/site.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Colour, type Command, command, stageWord } from "./command.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";

const help = {
  name: "doctor",
  says: "examines a stage, and says what is wrong and what to do",
  takes: [stageWord],
  options: {
    ...stageOptions,
    json: { type: "boolean", says: "print one JSON object, as in docs/formats.md" },
  },
  more: [stageHelp],
  examples: ["", "prod"],
} as const;

/** The input of `doctor`. */
type DoctorInput = StagePlaces & { readonly now?: () => Date };

/**
 * Prints a row for each check. Returns 1 where a check failed.
 *
 * @throws {TypeError} For arguments that cannot be, and for a stage that is not there.
 */
export const doctor: Command<[given: DoctorInput]> = command(
  help,
  async ({ values, taken: [name], print }, { now = () => new Date(), ...places }: DoctorInput = {}) => {
    const stage = await openStage(name, values, places);
    const site = siteOf(stage, now);
    if (!values.json) print(`${stage.place}, ${stage.url}`);
    const findings = await examine(site).finally(stage.clients.close);
    const failed = findings.filter(({ state }) => state === "FAIL").length;
    if (values.json) {
      const on = stage.run === undefined ? "aws" : "local";
      print(JSON.stringify({ stage: stage.name, on, url: stage.url, failed, findings }));
      return failed === 0 ? 0 : 1;
    }
    for (const [line, state] of tableOf(findings)) print(line, colours[state]);
    print(failed === 0 ? "Nothing is wrong in what was checked." : `${failed} of ${findings.length} are wrong.`);
    return failed === 0 ? 0 : 1;
  },
);

const colours: Readonly<Partial<Record<Finding["state"], Colour>>> = { FAIL: "red", warn: "yellow" };
