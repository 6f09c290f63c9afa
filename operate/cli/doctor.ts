import { checkAccount } from "../doctor/account-checks.ts";
import { openAwsSite } from "../doctor/aws-site.ts";
import { checkBytes } from "../doctor/bytes-check.ts";
import { type Finding, tableOf } from "../doctor/finding.ts";
import { checkLog } from "../doctor/log-checks.ts";
import { checkQueues } from "../doctor/queue-checks.ts";
import { openLocalSite, runsLocally, type Site, type SiteOptions } from "../doctor/site.ts";
import { checkClock, checkEntrance, checkSecrets } from "../doctor/source-checks.ts";
import { checkVersions } from "../doctor/versions.ts";
import { type Command, command, usageError } from "./command.ts";
import { checkStage, placeLine } from "./stage.ts";

const help = {
  name: "doctor",
  says: "examines a stage: the local run where one of it is on, otherwise on AWS with the SDK's usual credentials",
  takes: ["<stage>"],
  options: {
    local: { type: "boolean", says: "the local run, and nothing else" },
    aws: { type: "boolean", says: "AWS, though a local run is on" },
    json: { type: "boolean", says: "print one JSON object, as in docs/formats.md" },
  },
  examples: ["dev", "prod --aws"],
} as const;

type DoctorInput = SiteOptions & { readonly openAws?: typeof openAwsSite };

/**
 * Prints a row for each check. Returns 1 where a check failed.
 *
 * @throws {TypeError} For arguments that cannot be, where the stage is not deployed, and where no local run is on.
 */
export const doctor: Command<[given: DoctorInput]> = command(
  help,
  async ({ values, taken: [name = ""], print }, given: DoctorInput = {}) => {
    if (values.local && values.aws) throw usageError(help, "--local and --aws exclude each other");
    const stage = checkStage(name);
    const isLocal = values.local || (!values.aws && runsLocally(stage, given));
    const site = isLocal ? await openLocalSite(stage, given) : await (given.openAws ?? openAwsSite)(stage, given);
    if (!values.json) print(`${placeLine(stage, isLocal)}, ${site.functionUrl}`);
    const findings = await examine(site);
    const failed = findings.filter(({ state }) => state === "FAIL").length;
    if (values.json) {
      print(JSON.stringify({ stage, on: isLocal ? "local" : "aws", url: site.functionUrl, failed, findings }));
      return failed === 0 ? 0 : 1;
    }
    for (const line of tableOf(findings)) print(line);
    print(failed === 0 ? "Nothing is wrong in what was checked." : `${failed} of ${findings.length} are wrong.`);
    return failed === 0 ? 0 : 1;
  },
);

async function examine(site: Site): Promise<readonly Finding[]> {
  const [secrets, entrances, clock, bytes, queues, log, account, versions] = await Promise.all([
    checkSecrets(site),
    checkEntrance(site),
    checkClock(site),
    checkBytes(site),
    checkQueues(site),
    checkLog(site),
    checkAccount(site),
    checkVersions(),
  ]);
  return [...secrets, ...entrances, bytes, clock, ...queues, ...log, ...account, versions];
}
