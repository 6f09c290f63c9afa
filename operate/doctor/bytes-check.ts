import { routesOf } from "../../infra/build/bundle.ts";
import { queuesFor } from "../../lambdas/core/events/event-routes.ts";
import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { probeAgent } from "../../local/entrances/probe.ts";
import { probeType } from "../log-counts/ignored-types.ts";
import { readSample, sampleTypes, stamp } from "../samples/sample.ts";
import { checked, type Finding } from "./finding.ts";
import type { Site } from "./site.ts";
import type { SecretsOf } from "./source-checks.ts";

// No provider has it, so that no event file names it; a pattern or `_other.ts` may want it all the same.
const type = probeType;

/** JSON up to the end of a text that no UTF-8 decoder gives back as it came. */
const start = new TextEncoder().encode('{"hookline_doctor":"');
const invalid = Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80);

/**
 * Checks that the edge passes a body on byte by byte: a rightly signed one with invalid UTF-8 must be accepted. It has no
 * effect: its source has no processor for its type, and an ignored event touches neither table nor queue.
 */
export async function checkBytes(site: Site, secrets: SecretsOf): Promise<Finding> {
  return await checked("bytes of a body", async () => {
    const [source, provider] =
      Object.entries(site.sources).find(([name, provider]) => isFit(site, name, provider)) ?? [];
    if (source === undefined || provider === undefined) {
      const says = "every source has an _other.ts, or a scheme by which nothing can be signed here";
      return { state: "not checked here", says };
    }
    const [secret] = (await secrets(source)) ?? [];
    if (secret === undefined) {
      return { state: "not checked here", says: `/${source} has no secret to sign with` };
    }
    const { status, outcome } = await post(await signedDelivery(site, source, providers[provider] as Provider, secret));
    if (status === 200 && outcome === "ignored") {
      return { state: "ok", says: `/${source} takes a signed body with invalid UTF-8, and ignores it` };
    }
    if (status === 401) {
      const says = `/${source} refuses a rightly signed body with invalid UTF-8: ${outcome}`;
      const remedy = "what stands before the URL changes bodies, or the clock is wrong: let bytes pass as they are";
      return { state: "FAIL", says, remedy };
    }
    const says = `/${source} answers ${status} ${outcome} where 200 ignored is due`;
    return { state: "warn", says, remedy: "deploy again; else look into the verifier's log group" };
  });
}

/** Whether a delivery of an unwanted type can be signed for this source, by its secret alone. */
function isFit({ events }: Site, source: string, name: string): boolean {
  const provider = providers[name];
  const scheme = provider?.verification;
  if (typeof scheme !== "object" || typeof provider?.events !== "object") return false;
  const signs =
    scheme.algorithm.startsWith("hmac-") && scheme.signed.includes("body") && !scheme.signed.includes("url");
  return signs && provider.events.type !== undefined && queuesFor(routesOf(events), source, type).length === 0;
}

async function signedDelivery(site: Site, source: string, provider: Provider, secret: string): Promise<Delivery> {
  const url = `${site.functionUrl}/${source}`;
  const all = sampleTypes(provider.name).map((name) => readSample(provider.name, name));
  const sample = all.find(({ contentType }) => contentType === "application/json");
  if (sample === undefined) throw new TypeError(`Cannot sign: there is no sample of ${provider.title} in JSON`);
  const stamped = stamp(provider, { url, ...sample, id: `doctor-${site.now().getTime()}`, type }, false);
  // Behind the invalid text the sample goes on: `{"hookline_doctor":"…",` and what follows its "{".
  const rest = stamped.body.slice(stamped.body.indexOf(0x7b) + 1);
  const end = new TextEncoder().encode('",');
  const body = new Uint8Array(Buffer.concat([start, invalid, end, rest]));
  return await sign({ ...stamped, body }, { provider, secret, now: site.now(), url });
}

async function post({ url, method, headers, body }: Delivery) {
  headers.set("user-agent", probeAgent);
  const answer = await fetch(url, { method, headers, body: body as Uint8Array<ArrayBuffer> });
  const said: unknown = await answer.json().catch(() => ({}));
  const { outcome, error } = said as { readonly outcome?: unknown; readonly error?: unknown };
  return { status: answer.status, outcome: String(outcome ?? error ?? "without a reason") };
}
