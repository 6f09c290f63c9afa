import { parseArgs } from "node:util";
import { stages } from "../../infra/config.ts";
import { checkAccount } from "../doctor/account-checks.ts";
import { openAwsSite } from "../doctor/aws-site.ts";
import { checkBytes } from "../doctor/bytes-check.ts";
import { type Finding, tableOf } from "../doctor/finding.ts";
import { checkLog } from "../doctor/log-checks.ts";
import { checkQueues } from "../doctor/queue-checks.ts";
import { openLocalSite, runsLocally, type Site, type SiteOptions } from "../doctor/site.ts";
import { checkClock, checkEntrance, checkSecrets } from "../doctor/source-checks.ts";
import { checkVersions } from "../doctor/versions.ts";
import { taskArguments } from "./task-arguments.ts";
import { runCommand } from "./terminal.ts";

const usage = `doctor <stage> examines a stage: on AWS by the SDK's usual credentials, or the local run of it where one is on
  --local  the local run, and nothing else
  --aws    AWS, though a local run is on`;

const options = {
  local: { type: "boolean", default: false },
  aws: { type: "boolean", default: false },
} as const;

/**
 * Runs `doctor`. Says a row for each check on `print`.
 *
 * @returns The exit code: 1 when a check failed.
 * @throws {TypeError} For arguments that cannot be, where the stage is not deployed, and where no local run is on.
 */
export async function doctor(
  args: readonly string[],
  print: (line: string) => void,
  given: SiteOptions & { readonly openAws?: typeof openAwsSite } = {},
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: taskArguments(args),
    options,
    allowPositionals: true,
  });
  const [stage, ...more] = positionals;
  if (stage === undefined || more.length > 0 || (values.local && values.aws)) throw new TypeError(usage);
  if (!Object.hasOwn(stages, stage)) {
    throw new TypeError(`Cannot examine stage "${stage}": infra/config.ts has ${Object.keys(stages).join(", ")}`);
  }
  const isLocal = values.local || (!values.aws && runsLocally(stage, given));
  const site = isLocal ? await openLocalSite(stage, given) : await (given.openAws ?? openAwsSite)(stage, given);
  print(`Stage ${stage} ${isLocal ? "in the local run" : "on AWS"}, ${site.functionUrl}`);
  const findings = await examine(site);
  for (const line of tableOf(findings)) print(line);
  const failed = findings.filter(({ state }) => state === "FAIL").length;
  print(failed === 0 ? "Nothing is wrong in what was checked." : `${failed} of ${findings.length} are wrong.`);
  return failed === 0 ? 0 : 1;
}

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

if (import.meta.main) await runCommand(doctor);
