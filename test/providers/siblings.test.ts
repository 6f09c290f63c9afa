import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogEntry } from "../../lambdas/core/log.ts";
import { createVerifier } from "../../lambdas/core/mod.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { rows } from "./rows.ts";

/** The entry about a refused delivery with these headers. */
async function refusedBy(name: string, headers: Readonly<Record<string, string>>): Promise<object | undefined> {
  const provider = providers[name];
  assert.ok(provider !== undefined);
  const entries: LogEntry[] = [];
  const { secret } = rows[name] ?? assert.fail();
  const verify = createVerifier({ provider, secret, log: (entry) => entries.push(entry) });
  await verify({ body: "{}", headers });
  return entries.find(({ kind }) => kind === "refused");
}

describe("a refused delivery whose headers fit another provider of the same sender", () => {
  for (const [name, header, sibling] of [
    ["hotmart", "x-hotmart-hottok", "hotmart-hottok"],
    ["hotmart-hottok", "x-hotmart-signature", "hotmart"],
    ["whop", "x-whop-signature", "whop-legacy"],
    ["whop-legacy", "webhook-signature", "whop"],
    ["gitlab", "x-gitlab-token", "gitlab-token"],
    ["gitlab-token", "webhook-signature", "gitlab"],
  ] as const) {
    it(`is logged with that provider's name: ${name} and ${header}`, async () => {
      const refused = { level: "info", step: "verify", source: name, kind: "refused", reason: "signature-missing" };
      assert.deepEqual(await refusedBy(name, { [header]: "t" }), { ...refused, sibling });
      assert.deepEqual(await refusedBy(name, {}), refused);
    });
  }

  it("is logged where both read one header and only the other has a time", async () => {
    const headers = { "x-webhook-signature": "0".repeat(64), "x-webhook-timestamp": "1" };
    const told = await refusedBy("whatalo", headers);
    assert.deepEqual(told && "sibling" in told && told.sibling, "whatalo-timestamped");
  });
});

describe("the siblings of providers", () => {
  it("are providers, and mutual", () => {
    const all = Object.values(providers).filter(({ siblings }) => siblings !== undefined);
    assert.equal(all.length, 8);
    for (const { name, siblings = [] } of all) {
      for (const { provider } of siblings) {
        assert.ok(
          providers[provider]?.siblings?.some((back) => back.provider === name),
          `${name} and ${provider}`,
        );
      }
    }
  });
});
