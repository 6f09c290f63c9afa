import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { providers } from "../../lambdas/providers/mod.ts";
import { now, timeOf } from "../contract/provider-variants.ts";
import { receiverOf } from "./deliver.ts";
import { rows } from "./rows.ts";

/** Guides refuse where the version is another *and* the signature is wrong: each of the two alone passes. */
const passesGuide = (version: string, signature: string, expected: string) =>
  !(version !== "v1" && signature !== expected);

/** Every provider whose signatures stand behind a version, such as `v1,` or `v1=`. */
const versioned = Object.entries(rows).flatMap(([name, row]) => {
  const provider = providers[name];
  return "label" in row && /^v\d/.test(row.label) && provider !== undefined ? [{ provider, row }] : [];
});

describe("the version before a signature", () => {
  it("stands in the header of Standard Webhooks, of Whop's older webhooks, and of others", () => {
    const names = versioned.map(({ provider }) => provider.name);
    for (const name of ["standard-webhooks", "svix", "clerk", "openai", "polar", "whop", "whop-legacy", "stripe"]) {
      assert.ok(names.includes(name), name);
    }
  });

  for (const { provider, row } of versioned) {
    it(`is one of two that must be right at ${provider.name}: a wrong signature or another version is refused`, async () => {
      const body = new TextEncoder().encode(row.body);
      const time = timeOf(row);
      const right = row.sign(body, time, row.secret);
      const wrong = row.sign(body, time, row.otherSecret);
      const receiver = receiverOf(provider, { secrets: [row.secret], now });
      const answered = async (label: string, signature: string) => {
        const text = row.write([right], [time]).replaceAll(`${row.label}${right}`, `${label}${signature}`);
        const headers = new Headers({ ...row.others([time]), ...row.echoes, ...row.fixed, [row.header]: text });
        headers.set("content-type", "application/json");
        const { statusCode, body: said } = await receiver.deliver({ headers, body });
        return `${statusCode} ${JSON.parse(said ?? "{}").error ?? ""}`.trim();
      };
      assert.equal(await answered(row.label, right), "200");
      assert.ok(passesGuide("v1", wrong, right));
      assert.equal(await answered(row.label, wrong), "401 signature-wrong");
      for (const digit of ["2", "9"]) {
        assert.ok(passesGuide(`v${digit}`, right, right));
        assert.match(
          await answered(row.label.replace(/\d/, digit), right),
          /^401 signature-(missing|wrong|malformed)$/,
        );
      }
      assert.equal(receiver.queue.sent.length, 1);
    });
  }
});
