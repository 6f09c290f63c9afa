import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { type Chance, chanceOf } from "../proof/fuzz/chance.ts";
import { seed } from "../seed.ts";
import { receiverOf } from "./deliver.ts";
import { codedRows, requestOf, rows } from "./rows.ts";

const mostRanges = 24;
const text = (body: Uint8Array) => new TextDecoder().decode(body);
const fieldsOf = (body: Uint8Array) => Array.from(new URLSearchParams(text(body)));

/** What is signed of a body, where that is not all of its bytes; each as its provider's file says it. */
const signedOf: Readonly<Record<string, (body: Uint8Array) => unknown>> = {
  // Names and values with nothing in between.
  twilio: (body) => [...new Set(fieldsOf(body).map(([name, value]) => `${name}${value}`))].sort().join(""),
  braintree: (body) => fieldsOf(body).flatMap(([name, value]) => (name === "bt_payload" ? [value.trimEnd()] : [])),
  "aws-sns": (body) => {
    const { Message, MessageId, Subject, Timestamp, TopicArn, Type } = JSON.parse(text(body));
    return { Message, MessageId, Subject, Timestamp, TopicArn, Type };
  },
};

type Change = (bytes: readonly number[], from: number, to: number, chance: Chance) => readonly number[];

/** What is done to a range of bytes. */
const changes: Readonly<Record<string, Change>> = {
  "with a bit flipped": (bytes, from, to, chance) => {
    const at = from + chance.below(to - from);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << chance.below(8)));
  },
  "with other bytes": (bytes, from, to, chance) =>
    bytes.map((byte, at) => (at < from || at >= to ? byte : chance.below(256))),
  "cut out": (bytes, from, to) => bytes.toSpliced(from, to - from),
  "there twice": (bytes, from, to) => bytes.toSpliced(from, 0, ...bytes.slice(from, to)),
  "at the end": (bytes, from, to) => [...bytes.toSpliced(from, to - from), ...bytes.slice(from, to)],
};

/** Ranges that cover a body, at most so many, none of them empty. */
function rangesOf(length: number): readonly (readonly [number, number])[] {
  const count = Math.min(length, mostRanges);
  const edge = (index: number) => Math.floor((index * length) / count);
  return Array.from({ length: count }, (_, index) => [edge(index), edge(index + 1)] as const);
}

describe(`a body that its signature is said to cover (seed ${seed})`, () => {
  for (const [name, provider] of Object.entries(providers)) {
    const row = rows[name] ?? codedRows[name];
    if (row === undefined || !provider.coversBody) continue;

    it(`is refused whichever range of its bytes is changed: ${name}`, async () => {
      const { path = `/${name}`, headers: given, body } = requestOf(row);
      const documents: Readonly<Record<string, string>> = ("documents" in row && row.documents) || {};
      const fetch = async (url: string) => new Response(documents[url] ?? "", { status: documents[url] ? 200 : 404 });
      const { deliver, queue } = receiverOf(provider, { secrets: [row.secret], fetch, ...defined({ url: row.url }) });
      const url = `https://hooks.example${path}`;
      const headers = new Headers(given);
      assert.equal((await deliver({ url, headers, body })).statusCode, provider.answer?.status ?? 200);
      for (const [index, [from, to]] of rangesOf(body.length).entries()) {
        for (const [what, change] of Object.entries(changes)) {
          queue.sent.length = 0;
          const changed = Uint8Array.from(change([...body], from, to, chanceOf(seed, index)));
          if (Buffer.from(changed).equals(body)) continue;
          const { statusCode = 0 } = await deliver({ url, headers, body: changed });
          if (statusCode < 300) {
            const signed = signedOf[name];
            assert.ok(signed !== undefined, `took bytes ${from} to ${to} ${what}`);
            assert.deepEqual(signed(changed), signed(body), `took bytes ${from} to ${to} ${what}`);
          } else {
            assert.equal(statusCode, 401, `bytes ${from} to ${to} ${what}`);
            assert.equal(queue.sent.length, 0);
          }
        }
      }
    });
  }
});
