import { canarySource, canaryType } from "./aws/canary-source.ts";
import type { CanaryPorts } from "./aws/ports.ts";
import { toBase64 } from "./core/bytes/base64.ts";
import { errorText } from "./core/bytes/error-text.ts";
import { report } from "./core/log.ts";
import { sign } from "./core/verify/sign.ts";
import { standardWebhooks } from "./providers/standard-webhooks.ts";

/** A Lambda function for a schedule. */
type CanaryLambda = () => Promise<void>;

/** Longer than any provider waits. */
const patienceMilliseconds = 15_000;

/** A post of the canary, and how the stage should answer. */
type Post = { readonly secret: string; readonly expected: { readonly status: number; readonly text: RegExp } };

/**
 * Posts to its stage as a provider would, to each entrance: a signed delivery, which must be accepted, and a forged one, which must be
 * refused. It fails where one is answered otherwise or not at all, and an alarm counts that.
 */
export function canaryLambda({ urls, secret, fetch, log }: CanaryPorts): CanaryLambda {
  return async () => {
    const signed = { secret: await secret(), expected: { status: 200, text: /"outcome":"accepted"/ } };
    const forged = { secret: forgedSecret(), expected: { status: 401, text: /"error":"signature-wrong"/ } };
    const wrong: string[] = [];
    for (const url of urls) {
      for (const post of [signed, forged]) {
        const error = await wrongAnswer(url, post, fetch);
        if (error === undefined) continue;
        report(log, { level: "error", step: "canary", kind: "wrong answer", url, error });
        wrong.push(error);
      }
    }
    if (wrong.length > 0) throw new Error(`Cannot deliver to this stage: ${wrong.join("; ")}`);
  };
}

/** Undefined where the answer is as expected. */
async function wrongAnswer(
  url: string,
  { secret, expected }: Post,
  fetch: CanaryPorts["fetch"],
): Promise<string | undefined> {
  const wanted = `${url}: expected ${expected.status}`;
  const started = performance.now();
  try {
    const { headers, body } = await sign(delivery(url), { provider: standardWebhooks, secret, now: new Date() });
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const response = await fetch(delivery(url).url, { method: "POST", headers, body, signal });
    const text = await response.text();
    if (response.status === expected.status && expected.text.test(text)) return undefined;
    return `${wanted}, received ${response.status} ${reasonIn(text)}`.trimEnd();
  } catch (error) {
    return `${wanted}, received no answer in ${Math.round(performance.now() - started)} ms: ${errorText(error)}`;
  }
}

function delivery(url: string) {
  const headers = new Headers({ "content-type": "application/json", "webhook-id": `canary_${crypto.randomUUID()}` });
  const body = new TextEncoder().encode(JSON.stringify({ type: canaryType }));
  return { method: "POST", url: `${url}/${canarySource}`, headers, body };
}

/** The outcome or the reason in an answer of ours; nothing of any other. */
function reasonIn(text: string): string {
  return /"(?:outcome|error)":"([a-z-]+)"/.exec(text)?.[1] ?? "";
}

/** A secret in the right form, which is nobody's. */
function forgedSecret(): string {
  return `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(24)))}`;
}
