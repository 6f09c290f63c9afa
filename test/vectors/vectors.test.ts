import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import type { CodedRow, ProviderRow } from "../contract/provider-row.ts";
import { type Configuration, ways } from "../contract/provider-ways.ts";
import { codedRows, rows } from "../providers/rows.ts";

// What the providers' own SDKs signed or took (`tools/make.js`): nothing of an SDK runs here.

type Vector = {
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secrets: readonly string[];
  readonly now: string;
  readonly registeredUrl?: string;
  readonly documents?: Readonly<Record<string, string>>;
};
type Signed = { readonly provider: string; readonly by?: string; readonly checkedBy?: string } & {
  readonly vectors: readonly Vector[];
};
type Agreement = { readonly provider: string; readonly sdk: string; readonly disagreements: readonly unknown[] } & {
  readonly variants: number;
  readonly agree: number;
  readonly theyAccept: number;
  readonly weAccept: number;
};

const folder = new URL("./", import.meta.url);
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "tools")
  .map(({ name }) => name)
  .sort();
const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, folder), "utf8"));

describe("the vectors of the providers' SDKs", () => {
  it("are of more than thirty providers, which there are", () => {
    assert.ok(names.length > 30, `${names.length}`);
    for (const name of names) assert.ok(Object.hasOwn(providers, name), name);
  });

  for (const name of names) {
    const signed = read<Signed>(`${name}/signed.json`);
    it(`of ${name}, ${signed.by ?? `taken by ${signed.checkedBy}`}, pass, and not when changed`, async () => {
      const provider = providers[name];
      const row = rows[name] ?? codedRows[name];
      assert.ok(provider !== undefined && row !== undefined);
      assert.equal(signed.provider, name);
      assert.match(signed.by ?? signed.checkedBy ?? "", /^[@\w/-]+@\d+\.\d+\.\d+$/);
      assert.ok(signed.vectors.length > 0, "no vectors");
      for (const vector of signed.vectors) await check(provider, row, vector);
    });
  }
});

async function check(provider: Provider, row: ProviderRow | CodedRow, vector: Vector): Promise<void> {
  const body = new Uint8Array(Buffer.from(vector.body, "base64"));
  const delivery: Delivery = { method: vector.method, url: vector.url, headers: new Headers(vector.headers), body };
  const { registeredUrl: url, documents = {} } = vector;
  const configuration: Configuration = {
    ...{ provider, secrets: vector.secrets, now: new Date(vector.now), ...defined({ url }) },
    fetch: async (from) => {
      const text = documents[from];
      if (text === undefined) throw new TypeError(`Cannot fetch ${from} in this test`);
      return new Response(text);
    },
  };
  const { status = 200 } = provider.answer ?? {};
  await answers(status, `${vector.name}`, delivery, configuration);
  const other = { ...configuration, secrets: [row.otherSecret] };
  await answers(401, `${vector.name}, with another secret`, delivery, other);
  if (row.coversBody) {
    const changed = { ...delivery, body: body.length === 0 ? new Uint8Array([120]) : changedIn(body) };
    await answers(401, `${vector.name}, changed`, changed, configuration);
  }
  for (const header of signatureHeaders(row, vector)) {
    const headers = new Headers(vector.headers);
    headers.delete(header);
    await answers(401, `${vector.name}, without ${header}`, { ...delivery, headers }, configuration);
  }
}

/** By every way in that can carry it. */
async function answers(status: number, what: string, delivery: Delivery, configuration: Configuration): Promise<void> {
  for (const way of ways) {
    const verdict = await way.deliver(delivery, configuration);
    if (verdict !== undefined) assert.equal(verdict.status, status, `${what}, by ${way.name}: ${verdict.reason}`);
  }
}

function changedIn(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return body.map((byte, at) => (at === body.length >> 1 ? byte ^ 1 : byte));
}

/** Where the signature stands in a header: without it nothing passes. */
function signatureHeaders(row: ProviderRow | CodedRow, { headers }: Vector): readonly string[] {
  if ("header" in row) return [row.header];
  const free = ["content-type", ...(row.optionalHeaders ?? [])];
  return Object.keys(headers).filter((name) => !free.includes(name));
}

describe("docs/measured/agreement.md", () => {
  const text = readFileSync(new URL("../../docs/measured/agreement.md", import.meta.url), "utf8");
  const found = names.filter((name) => existsSync(new URL(`${name}/agreement.json`, folder)));

  it("has a row with the numbers of every comparison, and no other", () => {
    const written = text.split("\n").filter((line) => line.startsWith("| ["));
    const expected = found.map((name) => {
      const { provider, sdk, variants, agree, theyAccept, weAccept } = read<Agreement>(`${name}/agreement.json`);
      return `| [${provider}](#${provider}) | \`${sdk}\` | ${variants} | ${agree} | ${theyAccept} | ${weAccept} |`;
    });
    assert.deepEqual(written, expected);
  });

  it("has numbers that add up, and a comparison for every provider with vectors", () => {
    assert.deepEqual(found, names);
    for (const name of found) {
      const { variants, agree, theyAccept, weAccept, disagreements } = read<Agreement>(`${name}/agreement.json`);
      assert.ok(variants > 20, name);
      assert.equal(agree + theyAccept + weAccept, variants, name);
      assert.equal(disagreements.length, theyAccept + weAccept, name);
      assert.ok(text.includes(`\n## ${name}\n`), name);
    }
  });
});
