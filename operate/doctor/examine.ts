import { checkAccount } from "./account-checks.ts";
import { checkAlarms } from "./alarm-checks.ts";
import { checkBytes } from "./bytes-check.ts";
import type { Finding } from "./finding.ts";
import { checkLog } from "./log-checks.ts";
import { checkQueues } from "./queue-checks.ts";
import type { Site } from "./site.ts";
import { checkClock, checkEntrance, checkSecrets, secretsOnce } from "./source-checks.ts";
import { checkVersions } from "./versions.ts";

/** Every check of a stage. It posts to each source: unsigned, and one delivery that is signed. */
export async function examine(site: Site): Promise<readonly Finding[]> {
  const known = secretsOnce(site);
  const [secrets, entrances, clock, bytes, queues, log, account, alarms, versions] = await Promise.all([
    checkSecrets(site, known),
    checkEntrance(site, known),
    checkClock(site),
    checkBytes(site, known),
    checkQueues(site),
    checkLog(site),
    checkAccount(site),
    checkAlarms(site),
    checkVersions(),
  ]);
  return [...secrets, ...entrances, bytes, clock, ...queues, ...log, ...account, ...alarms, versions];
}
