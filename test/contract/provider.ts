import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import type { WebhookEvent } from "../../lambdas/core/envelope.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/sign.ts";
import { verify } from "../../lambdas/core/verify.ts";
import type { ProviderRow } from "./provider-row.ts";
import { now, seconds, type Variant, variantsOf } from "./provider-variants.ts";
import { core, type ProviderWay, type Verdict, ways } from "./provider-ways.ts";

/** What every provider must do: each variant of its row gets its one right answer, whichever way it comes in. */
export function testProvider(provider: Provider, row: ProviderRow): void {
  const delivered = ({ headers, body }: Pick<Variant, "headers" | "body">) => {
    return { method: "POST", url: `https://hooks.example/${provider.name}`, headers: new Headers(headers), body };
  };

  describe(`provider ${provider.name}`, () => {
    for (const variant of variantsOf(row)) {
      it(`answers ${variant.expected} to a delivery ${variant.name}`, async () => {
        for (const way of ways) {
          const { secrets } = variant;
          const verdict = await way.deliver(delivered(variant), { provider, secrets, now });
          if (verdict !== undefined) check(verdict, variant, way);
        }
      });
    }

    it("is signed by sign as the vectors are", async () => {
      const body = new TextEncoder().encode(row.body);
      const time = `${seconds}`;
      const right = row.sign(body, time, row.secret);
      const given = delivered({ headers: row.others([time]), body });
      const signed = await sign(given, { provider, secret: row.secret, now });
      assert.ok(signed.headers.get(row.header)?.includes(`${row.label}${right}`), "sign makes another signature");
      const result = await verify(signed, { provider, secrets: [row.otherSecret, row.secret], now });
      assert.ok(result.kind === "verified");
      assert.equal(result.secretIndex, 1);
    });
  });

  function check(verdict: Verdict, variant: Variant, way: ProviderWay): void {
    const { status, reason, told, fields, queued } = verdict;
    const expected = { status: statusOf(variant.expected), reason: variant.expected };
    assert.deepEqual({ status, reason }, expected, `by ${way.name}`);
    assert.ok(!told.includes(row.secret), `the secret was told by ${way.name}`);
    assert.ok(
      !told.includes(row.sign(variant.body, `${seconds}`, row.secret)),
      `the signature was told by ${way.name}`,
    );
    if (fields !== undefined && variant.event !== undefined) assert.deepEqual(fields, variant.event);
    assert.equal(queued !== undefined, variant.expected === "verified" && way !== core, `queued by ${way.name}`);
    if (queued === undefined) return;
    assert.deepEqual([...queued.body], [...variant.body], `other bytes were queued by ${way.name}`);
    assert.equal(queued.bodyCovered, row.coversBody);
    if (variant.event === undefined) return;
    assert.deepEqual(read(queued), { id: hash(variant.body), ...variant.event }, `read by ${way.name}`);
  }
}

function read(event: WebhookEvent): Partial<WebhookEvent> {
  const names = ["id", "type", "tenant", "livemode", "unsigned"] as const;
  return Object.fromEntries(names.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]])));
}

function hash(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64url");
}

function statusOf(reason: Variant["expected"]): number {
  if (reason === "verified") return 200;
  return reason.startsWith("secret-") ? 503 : 401;
}
