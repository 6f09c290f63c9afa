import type { Provider } from "../../lambdas/core/provider.ts";
import { type CheckName, checks, type Finding, failed, notTried, passed } from "./checks.ts";
import { createCourier, mostPerSecond } from "./courier.ts";
import { judgeTime } from "./judge.ts";
import { checkLeaks } from "./leaks.ts";
import { createOwnVerdict } from "./own-verdict.ts";
import { checkBurst, checkFailure, checkTaken, postNoJson } from "./processing-checks.ts";
import { createSender, type Sender, type SenderOptions } from "./sender.ts";
import { checkForgeries, checkRawBodies } from "./signature-checks.ts";

type EndpointCheckOptions = {
  readonly url: URL;
  readonly provider: Provider;
  /** The secret that signs; where the provider signs with a private key, base64 of PKCS#8 DER. */
  readonly secret: string;
  /** The event type of the samples. */
  readonly type: string;
  /** An event type whose processing always fails at the endpoint. Without it, failures are not tried. */
  readonly failingType?: string;
  /** How long the provider waits. Defaults to its `answerWithinSeconds`. */
  readonly withinSeconds?: number;
  /** Defaults to the platform's. */
  readonly fetch?: typeof fetch;
};

/** The behaviour of an endpoint, check by check, in the order of `checks`. */
export type EndpointReport = {
  readonly findings: readonly Finding[];
  readonly passed: number;
  readonly failed: number;
  readonly posted: number;
};

const burst = 20;

/** Whether a URL is on this machine by its name: it is not paced, and needs no HTTPS. */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === "127.0.0.1" || hostname === "localhost";
}

/**
 * Posts right and forged deliveries to an endpoint, at most 60, and judges the answers.
 *
 * @throws {TypeError} Where nothing can be signed: no sample of the type, a secret of another form, keys of the provider.
 */
export async function checkEndpoint(options: EndpointCheckOptions): Promise<EndpointReport> {
  const { url, provider, secret, failingType, withinSeconds = provider.answerWithinSeconds } = options;
  const isNear = isThisMachine(url);
  const sample = { provider, url: url.href, type: options.type };
  const own = createOwnVerdict(sample);
  const sender = createSender({ ...sample, secret });
  const failing = failingType === undefined ? undefined : failingSender({ ...sample, secret }, failingType);
  const courier = createCourier({
    isPaced: !isNear,
    // Long enough to tell a late answer from none.
    waitSeconds: 2 * withinSeconds + 5,
    fetch: options.fetch ?? fetch,
  });

  const https = checkHttps(url, isNear);
  const tellsSecret = https.state === "failed" && !provider.coversBody;
  const findings = tellsSecret ? [https] : [https, ...(await checkTaken(sender, courier))];
  const isTaken = findings.some(({ check, state }) => check === "right" && state === "passed");
  if (isTaken) {
    findings.push(...(await checkForgeries(sender, own, courier)));
    findings.push(...(await checkRawBodies(sender, courier)));
    findings.push(await checkBurst(sender, courier, isNear ? burst : mostPerSecond));
    findings.push(...(await checkFailure(failing, courier)));
    await postNoJson(sender, courier);
  }
  if (courier.posted.some(({ status }) => status !== undefined)) {
    findings.push(judgeTime(courier.posted, withinSeconds), await checkLeaks(courier.posted, sender, secret));
  }
  const reason = tellsSecret
    ? `nothing was posted: ${provider.title} sends the secret itself, which everybody on the way would read`
    : "a right delivery is not taken, so that nothing else would show";
  return reportOf(findings, reason, courier.posted.length);
}

/** @throws {TypeError} Where events of the provider have no type. */
function failingSender(sample: SenderOptions, type: string): Sender {
  const { title, events } = sample.provider;
  if (typeof events === "object" && events.type === undefined) {
    throw new TypeError(`Cannot have the processing of type "${type}" fail: events of ${title} have no type`);
  }
  return createSender({ ...sample, type, sampleType: sample.type });
}

/** In the order of `checks`. */
function reportOf(findings: readonly Finding[], reason: string, posted: number): EndpointReport {
  const names = Object.keys(checks) as CheckName[];
  const all = names.map((name) => findings.find(({ check }) => check === name) ?? notTried(name, reason));
  const count = (state: Finding["state"]) => all.filter((finding) => finding.state === state).length;
  return { findings: all, passed: count("passed"), failed: count("failed"), posted };
}

function checkHttps({ protocol }: URL, isNear: boolean): Finding {
  if (isNear) return notTried("https", "the endpoint is on this machine");
  return protocol === "https:" ? passed("https", "the URL is https:") : failed("https", `the URL is ${protocol}`);
}
