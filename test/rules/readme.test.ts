import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Processor } from "../../lambdas/core/processor.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/sign.ts";
import { verify } from "../../lambdas/core/verify.ts";
import { checkCode, codeIn, root, writeCode } from "./code-blocks.ts";

/** The TypeScript blocks of the README, as files that import Hookline from here. */
const blocks = codeIn(readFileSync(join(root, "README.md"), "utf8")).map((text) => writeCode(text, "README.md"));

function blockWith(text: string) {
  const found = blocks.filter((block) => block.text.includes(text));
  assert.equal(found.length, 1, `there are ${found.length} blocks with ${text}`);
  const [block] = found;
  assert.ok(block !== undefined);
  return block;
}

describe("the README's code", () => {
  for (const { text, load } of blocks.filter((block) => block.text.includes("export default processor"))) {
    it(`is a processor: ${/impact: "([^"]+)"/.exec(text)?.[1]}`, async () => {
      const { default: processor } = (await load()) as { readonly default: Processor };
      assert.ok(processor.options.impact.length > 0);
      const lines: string[] = [];
      const log = { info: (line: string) => void lines.push(line), error: assert.fail };
      const payload = { action: "opened", issue: { number: 1 }, data: { object: { id: "in_1", amount_paid: 1 } } };
      const attempt = { payload, log, idempotencyKey: "key", attempt: 1, signal: new AbortController().signal };
      await processor.run({ ...attempt, event: {} as never });
      assert.equal(lines.length, 1);
    });
  }

  for (const [text, header] of [
    ["defineProvider", "acme-signature"],
    ["createGeneric", "x-acme-signature"],
  ] as const) {
    it(`is a provider that verifies what it should, by ${text}`, async () => {
      const { acme } = (await blockWith(`import { ${text} }`).load()) as { readonly acme: Provider };
      const now = new Date("2026-01-05T10:00:00Z");
      const body = new TextEncoder().encode('{"id":"evt_1","type":"order.created"}');
      const unsigned = { method: "POST", url: "/acme", headers: new Headers(), body };
      const signed = await sign(unsigned, { provider: acme, secret: "secret", now });
      assert.ok(signed.headers.has(header));
      const kind = async (changed: object) =>
        (await verify({ ...signed, ...changed }, { provider: acme, secrets: ["secret"], now })).kind;
      assert.equal(await kind({}), "verified");
      assert.equal(await kind({ body: new TextEncoder().encode("{}") }), "refused");
    });
  }

  it("is right in its types, but for those of packages that are not here", () => {
    const said = checkCode(blocks).trim().split("\n");
    assert.equal(said.length, 1, said.join("\n"));
    assert.match(said[0] ?? "", /Cannot find module 'stripe'/);
  });

  it("is all tried", () => {
    const tried = ["export default processor", "import { defineProvider }", "import { createGeneric }"];
    assert.ok(blocks.length >= 4);
    for (const { text } of blocks)
      assert.ok(
        tried.some((part) => text.includes(part)),
        text,
      );
  });
});
