import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { codedRows, requestOf, rows } from "./rows.ts";
import { receiverOf } from "./test-receiver.ts";

/** Those whose signature stands in the JSON that it signs. */
const signedWithin = ["adyen-payments", "aws-sns", "mailgun"];
const utf8 = new TextEncoder();

/** How many characters of JSON were read while a body was delivered that the provider had not signed. */
async function parsed(provider: Provider, body: Uint8Array<ArrayBuffer>): Promise<number> {
  const row = rows[provider.name] ?? codedRows[provider.name];
  assert.ok(row);
  const deliver = receiverOf(provider, [row.secret]);
  const parse = JSON.parse;
  let characters = 0;
  JSON.parse = (text: string, ...more) => {
    characters += text.length;
    return parse(text, ...more);
  };
  try {
    for (const headers of [{}, ...(provider.coversBody ? [requestOf(row).headers] : [])]) {
      const { status, asked } = await deliver({ headers, body });
      assert.ok(status >= 400, `${status}`);
      assert.deepEqual(asked, []);
    }
  } finally {
    JSON.parse = parse;
  }
  return characters;
}

describe("a body whose signature is not known", () => {
  for (const [name, provider] of Object.entries(providers)) {
    const body = utf8.encode(`{"events":[${"1,".repeat(20_000)}1],"payload":"${"x".repeat(20_000)}"}`);

    if (signedWithin.includes(name)) {
      it(`is parsed where it contains the signature, up to the provider's own limit: ${name}`, async () => {
        const { bodyLimitBytes = 0 } = provider;
        assert.ok(bodyLimitBytes > 0, "it has no limit of its own");
        assert.ok((await parsed(provider, body)) >= body.length);
        assert.equal(await parsed(provider, utf8.encode(`"${"x".repeat(bodyLimitBytes)}"`)), 0);
      });
    } else {
      // A header may hold some JSON of its own: a token's.
      it(`is not read: ${name}`, async () => assert.ok((await parsed(provider, body)) < 1000));
    }
  }
});
