import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { parseSecretValue } from "../../lambdas/aws/secrets/secret-value.ts";
import { createSecrets } from "../../lambdas/aws/secrets/secrets.ts";
import { MalformedSecretError } from "../../lambdas/core/verify/malformed-secret.ts";
import { mostSignatures } from "../../lambdas/core/verify/match-signatures.ts";
import { isUnset } from "../../lambdas/core/verify/unset-secret.ts";
import { probeAgent } from "../../local/entrances/probe.ts";
import { checked, type Finding } from "./finding.ts";
import { revertDrift, type Site } from "./site.ts";

/** The secrets that the verifier would take for a source now, placeholders left out; undefined where none can be read. */
export type SecretsOf = (source: string) => Promise<readonly string[] | undefined>;

async function secretsOf(site: Site, source: string): Promise<readonly string[] | undefined> {
  const { secrets, stage, now } = site;
  try {
    const found = await createSecrets(secrets, `hookline/${stage}/`, now)(source).secrets();
    return found.filter((secret) => !isUnset(secret));
  } catch (error) {
    if (error instanceof MalformedSecretError) return undefined;
    throw error;
  }
}

/** The secrets of the sources of a site, each asked for once. */
export function secretsOnce(site: Site): SecretsOf {
  const asked = new Map<string, ReturnType<SecretsOf>>();
  return (source) => {
    const known = asked.get(source) ?? secretsOf(site, source);
    asked.set(source, known);
    return known;
  };
}

/** Checks that a secret is set for every source: one finding for each. It shows no value. */
export async function checkSecrets(site: Site, secrets: SecretsOf = secretsOnce(site)): Promise<readonly Finding[]> {
  return await Promise.all(
    Object.keys(site.sources).map((source) =>
      checked(`secret of ${source}`, async () => {
        const remedy = `npm run secret -- ${[...site.words, source].join(" ")}`;
        const found = await secrets(source);
        if (found === undefined) {
          const says =
            'what is stored begins with "{" or "[" and is no list of secrets, or each has ended: every delivery is answered 503';
          return { state: "FAIL", says, remedy };
        }
        const { length } = found;
        if (length === 0) return { state: "FAIL", says: "none is set: every delivery is answered 503", remedy };
        if (length > mostSignatures) {
          const says = `${length} are set, at most ${mostSignatures} are taken`;
          return { state: "FAIL", says, remedy: "write those that are in use, as one list" };
        }
        if (!(await hasCurrent(site, source))) {
          const says = "what was written last is none: deliveries are accepted by the one before it, for a day at most";
          return { state: "FAIL", says, remedy };
        }
        return { state: "ok", says: length === 1 ? "one is set" : `${length} are accepted` };
      }),
    ),
  );
}

/** Whether the current value holds a secret itself, and not the previous one alone. */
async function hasCurrent({ secrets, stage, now }: Site, source: string): Promise<boolean> {
  const answer = await secrets.send(new GetSecretValueCommand({ SecretId: `hookline/${stage}/${source}` }));
  const current = parseSecretValue(answer.SecretString ?? "").secrets;
  return current.some(({ secret, until }) => !isUnset(secret) && (until === undefined || until > now()));
}

/** Whether the entrance refuses an unsigned POST to each source as it should: 401. A source without a secret gets none. */
export async function checkEntrance(site: Site, secrets: SecretsOf): Promise<readonly Finding[]> {
  return await Promise.all(
    Object.keys(site.sources).map((source) =>
      checked(`URL of ${source}`, async () => {
        const set = await secrets(source);
        if (set === undefined || set.length === 0) {
          // Its 503 would count as a fault of the stage, and the finding on its secret says all there is.
          return { state: "not checked here", says: "nothing was posted to it, since it has no secret" };
        }
        const headers = { "content-type": "application/json", "user-agent": probeAgent };
        const answer = await fetch(`${site.functionUrl}/${source}`, { method: "POST", headers, body: "{}" });
        await answer.arrayBuffer();
        if (answer.status === 401) return { state: "ok", says: "refuses an unsigned POST with 401" };
        const says = `answers an unsigned POST with ${answer.status}, not 401`;
        return { state: "FAIL", says, remedy: remediesAt(site)[answer.status] ?? "look into the verifier's log group" };
      }),
    ),
  );
}

const remediesAt = (site: Site): Readonly<Record<number, string>> => ({
  200: "anybody can post events: see that the URL leads to the verifier",
  403: `the URL needs both permissions, lambda:InvokeFunctionUrl and lambda:InvokeFunction: ${revertDrift(site)}`,
  404: "the deployed verifier does not know this source: deploy again",
  429: "the verifier is throttled: raise the account's concurrency",
  503: "the secret is unset or malformed, or the registered URL is missing in infra/config.ts",
});

const [warnSeconds, failSeconds] = [30, 150];

/** How far this machine's clock is from the entrance's. Providers' windows are 180 s to 300 s wide on both sides. */
export async function checkClock(site: Site): Promise<Finding> {
  return await checked("clock", async () => {
    const before = site.now().getTime();
    const answer = await fetch(site.functionUrl, { method: "HEAD", headers: { "user-agent": probeAgent } });
    const after = site.now().getTime();
    const told = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(told))
      return { state: "warn", says: "the answer has no Date", remedy: "compare the clock by hand" };
    // A Date is cut to the second.
    const seconds = Math.round(Math.abs((before + after) / 2 - (told + 500)) / 1000);
    if (seconds <= warnSeconds) return { state: "ok", says: `within ${Math.max(seconds, 1)} s of the entrance's` };
    return {
      state: seconds <= failSeconds ? "warn" : "FAIL",
      says: `this machine's is ${seconds} s from the entrance's`,
      remedy: "set this machine's clock (NTP): what is signed here is refused, and times in logs mislead",
    };
  });
}
