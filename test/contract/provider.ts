import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import type { Delivery, EventFields, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { codedVariantsOf } from "./provider-coded.ts";
import type { CodedRow, ProviderRow, SentRequest } from "./provider-row.ts";
import { now, timeOf, type Variant, variantsOf } from "./provider-variants.ts";
import { core, type ProviderWay, type Verdict, ways } from "./provider-ways.ts";

/** What every provider must do: each variant of its row gets its one right answer, and some of them by every way in. */
export function testProvider(provider: Provider, row: ProviderRow): void {
  describe(`provider ${provider.name}`, () => {
    const body = new TextEncoder().encode(row.bodyAt?.(timeOf(row)) ?? row.body);
    const right = row.sign(body, timeOf(row), row.secret);
    testVariants(provider, row, variantsOf(row), right);

    it("is signed by sign as the vectors are", async () => {
      const headers = row.others([timeOf(row)]);
      const unsigned = deliveryOf(provider, row, { headers, body });
      const { signingSecret: secret = row.secret, url } = row;
      const signed = await sign(unsigned, { provider, secret, now, ...defined({ url }) });
      if (!row.signsAtRandom) {
        assert.ok(signed.headers.get(row.header)?.includes(`${row.label}${right}`), "sign makes another signature");
      }
      await passes(provider, row, signed);
    });
  });
}

/** {@linkcode testProvider} for a provider that verifies by a function. */
export function testCodedProvider(provider: Provider, row: CodedRow): void {
  describe(`provider ${provider.name}`, () => {
    testVariants(provider, row, codedVariantsOf(row), row.secret);

    it("is signed by sign so that it passes", async () => {
      const { signingSecret: secret = row.secret, url } = row;
      const unsigned = deliveryOf(provider, row, row.unsigned ?? row.right);
      await passes(provider, row, await sign(unsigned, { provider, secret, now, ...defined({ url }) }));
    });
  });
}

async function passes(provider: Provider, row: ProviderRow | CodedRow, signed: Delivery): Promise<void> {
  const { url } = row;
  const secrets = [row.otherSecret, row.secret];
  const result = await verify(signed, { provider, secrets, now, ...defined({ url, fetch: fetchOf(row) }) });
  assert.equal(result.kind, "verified");
  assert.ok(result.kind === "verified");
  assert.equal(result.secretIndex, 1);
}

function testVariants(
  provider: Provider,
  row: ProviderRow | CodedRow,
  variants: readonly Variant[],
  right: string,
): void {
  const whole = representatives(variants);
  for (const variant of variants) {
    it(`answers ${variant.expected} to a delivery ${variant.name}`, async () => {
      for (const way of whole.has(variant) ? ways : [core]) {
        const { secrets } = variant;
        const { url } = row;
        const configuration = { provider, secrets, now, ...defined({ url, fetch: fetchOf(row) }) };
        const verdict = await way.deliver(deliveryOf(provider, row, variant), configuration);
        if (verdict !== undefined) check(verdict, variant, way);
      }
    });
  }

  function check(verdict: Verdict, variant: Variant, way: ProviderWay): void {
    const { status, told, fields, queued } = verdict;
    if (variant.expected === "refused") assert.equal(status, 401, `${verdict.reason} by ${way.name}`);
    else {
      const expected = { status: statusOf(provider, variant.expected), reason: variant.expected };
      assert.deepEqual({ status, reason: verdict.reason }, expected, `by ${way.name}`);
    }
    assert.ok(!told.includes(row.secret), `the secret was told by ${way.name}`);
    assert.ok(!told.includes(right), `the signature was told by ${way.name}`);
    if (fields !== undefined && variant.events !== undefined) assert.deepEqual(fields.map(asText), variant.events);
    if (variant.expected !== "verified") assert.equal(queued.length, 0, `queued by ${way.name}`);
    if (way === core || variant.expected !== "verified") return;
    for (const event of queued) assert.equal(event.bodyCovered, row.coversBody);
    if (variant.events === undefined) return;
    const expected = variant.events.map(({ body, subtype, ...coarse }) => {
      // Written out here: this is what it is to become.
      const finer = subtype?.startsWith(`${coarse.type}.`) ? subtype : `${coarse.type}.${subtype}`;
      const event = subtype === undefined ? coarse : { ...coarse, type: finer };
      const bytes = body === undefined ? variant.body : new TextEncoder().encode(body);
      return { id: hash(bytes), ...event, body: [...bytes] };
    });
    assert.deepEqual(queued.map(read), expected, `by ${way.name}`);
  }
}

/**
 * Those that come in by every way, the others by `verify` alone: the first of each answer, which is what a way makes of
 * it, and of those that pass what a way could change: another body, a path of its own, headers under other names.
 */
function representatives(variants: readonly Variant[]): ReadonlySet<Variant> {
  const [right] = variants;
  const carried = ({ body, path, headers }: Variant) =>
    body !== right?.body || path !== right.path || String(Object.keys(headers)) !== String(Object.keys(right.headers));
  const first = new Map(variants.toReversed().map((variant) => [variant.expected, variant]));
  return new Set([...first.values(), ...variants.filter((one) => one.expected === "verified" && carried(one))]);
}

function deliveryOf(provider: Provider, row: ProviderRow | CodedRow, sent: SentRequest): Delivery {
  const path = sent.path ?? ("right" in row ? row.right.path : undefined) ?? `/${provider.name}`;
  return {
    method: "POST",
    url: `https://hooks.example${path}`,
    headers: new Headers(sent.headers),
    body: sent.body,
  };
}

/** Answers what the provider publishes; nothing else is on its host, and no other host is asked. */
function fetchOf(row: ProviderRow | CodedRow): (url: string) => Promise<Response> {
  const documents = ("documents" in row ? row.documents : undefined) ?? {};
  const hosts = Object.keys(documents).map((address) => new URL(address).host);
  return async (url) => {
    const text = documents[url];
    if (text !== undefined) return new Response(text);
    if (hosts.includes(new URL(url).host)) return new Response("", { status: 404 });
    throw new TypeError(`Cannot fetch ${url} in this test`);
  };
}

function asText({ body, ...fields }: EventFields): EventFields | { readonly body: string } {
  return body === undefined ? fields : { ...fields, body: new TextDecoder().decode(body) };
}

function read(event: WebhookEvent) {
  const names = ["id", "type", "tenant", "livemode", "unsigned"] as const;
  const fields = Object.fromEntries(names.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]])));
  return { ...fields, body: [...event.body] };
}

function hash(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64url");
}

function statusOf(provider: Provider, reason: Variant["expected"]): number {
  if (reason === "verified") return provider.answer?.status ?? 200;
  return reason.startsWith("secret-") || reason === "url-unset" || reason === "key-fetch" ? 503 : 401;
}
