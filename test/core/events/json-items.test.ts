import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Item, itemsAt } from "../../../lambdas/core/events/json-items.ts";
import { randomOf, seed } from "../../seed.ts";

const utf8 = new TextEncoder();
const mapped = <T, R>(items: Iterable<T> | undefined, of: (item: T) => R) => items && Array.from(items, of);
const texts = (text: string, pointer: string) =>
  mapped(itemsAt(utf8.encode(text), pointer), ({ body }) => new TextDecoder().decode(body));

describe("the items of a JSON array", () => {
  it("are the bytes that were sent, and their fields", () => {
    const text =
      '\u{feff} {"a":{"b~/":[ {"n" : 1.0, "s":"]}\\"" } ,12345678901234567890,"\\ud83e\\udd8a",null,[],-1e9 ]}}\n';
    const expected = ['{"n" : 1.0, "s":"]}\\"" }', "12345678901234567890", '"\\ud83e\\udd8a"', "null", "[]", "-1e9"];
    assert.deepEqual(texts(text, "/a/b~0~1"), expected);
    assert.deepEqual(
      mapped(itemsAt(utf8.encode("[[1],{}]"), ""), ({ json }) => json),
      [[1], {}],
    );
  });

  it("are those of a member of that object, and not of one behind it", () => {
    for (const inner of ["2", "null", '"x"', "[]", "{}"]) {
      assert.deepEqual(texts(`{"a":{"b":[1],"c":${inner}},"b":[9],"c":[8]}`, "/a/b"), ["1"], inner);
      assert.equal(texts(`{"a":{"c":${inner}},"b":[9]}`, "/a/b"), undefined, inner);
    }
  });

  it("are those of the last of two members of one name, as JSON.parse reads them", () => {
    assert.deepEqual(texts('{"a":[1],"a":[2]}', "/a"), ["2"]);
    assert.equal(texts('{"a":[1],"a":2}', "/a"), undefined);
  });

  it("are found in an array of arrays, by their number", () => {
    assert.deepEqual(texts("[[1],[2, 3]]", "/1"), ["2", "3"]);
  });

  it("are none where the array is empty, and nothing where there is none", () => {
    assert.deepEqual(texts("[ ]", ""), []);
    for (const [text, pointer] of [
      ['{"a":{}}', "/a"],
      ['{"a":[1]}', "/b"],
      ["[[1]]", "/1"],
      ["[[1]]", "/00"],
      ['["a",[1]]', "/a"],
      ['{"a":"b","b":[1]}', "/a/b"],
      ['{"toString":1}', "/constructor"],
      ["[1,", ""],
      ["", ""],
      ["1", ""],
    ] as const) {
      assert.equal(texts(text, pointer), undefined, text);
    }
    assert.equal(itemsAt(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d), ""), undefined);
  });

  it("are the only items in a body that is otherwise as sent, or are replaced by other bytes", () => {
    const body = utf8.encode('{"n":1.0,"a":[ {"x":1} ,\t2 ],"s":"é"}\n');
    const [first, second] = itemsAt(body, "/a") ?? [];
    const alone = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
    assert.equal(alone(first?.alone()), '{"n":1.0,"a":[ {"x":1} ],"s":"é"}\n');
    assert.equal(alone(second?.alone()), '{"n":1.0,"a":[ 2 ],"s":"é"}\n');
    assert.equal(alone(second?.alone(utf8.encode('"$& 🦊"'))), '{"n":1.0,"a":[ "$& 🦊" ],"s":"é"}\n');
  });

  it("stand alone whether they are one of three or the only one", () => {
    for (const items of [["1"], ["1", "2"], ["1", "2", "3"]]) {
      const found = itemsAt(utf8.encode(`{"a": [ ${items.join(" , ")} ]}`), "/a") ?? [];
      assert.deepEqual(
        Array.from(found, (item) => new TextDecoder().decode(item.alone())),
        items.map((item) => `{"a": [ ${item} ]}`),
      );
    }
  });

  it("keep their bytes where they are spread, or their parts are taken apart", () => {
    const [first] = itemsAt(utf8.encode('{"a":[{"n":1},2]}'), "/a") ?? [];
    assert.ok(first);
    const { alone } = first;
    const spread = { ...first };
    const bytes = [spread.body, spread.alone(), alone(), alone(utf8.encode("3"))];
    assert.deepEqual(
      bytes.map((one) => new TextDecoder().decode(one)),
      ['{"n":1}', '{"a":[{"n":1}]}', '{"a":[{"n":1}]}', '{"a":[3]}'],
    );
  });

  it("are found in a body that is nested ten thousand deep", () => {
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    assert.deepEqual(texts(`{"a":[${deep},1]}`, "/a"), [deep, "1"]);
  });

  it("have the value of their bytes, whatever is done to the value of another reading", () => {
    const body = utf8.encode('[{"at":"2026-01-05T10:00:00.000Z"},{"n":1}]');
    const items = itemsAt(body, "") as Iterable<Item>;
    const slow = items[Symbol.iterator]();
    const first = slow.next().value;
    for (const { json } of items) {
      const value = json as Record<string, unknown>;
      Object.assign(value, value.at === undefined ? { n: 9 } : { at: new Date(String(value.at)), more: undefined });
      Object.freeze(value);
    }
    const second = slow.next().value;
    const read = [first, second, ...items].map(({ json, body: bytes }: Item) => [
      json,
      new TextDecoder().decode(bytes),
    ]);
    const expected = [
      [{ at: "2026-01-05T10:00:00.000Z" }, '{"at":"2026-01-05T10:00:00.000Z"}'],
      [{ n: 1 }, '{"n":1}'],
    ];
    assert.deepEqual(read, [...expected, ...expected]);
  });

  it("add up to the bytes that were sent, for random bodies", () => {
    console.log(`seed ${seed}`);
    const random = randomOf(seed);
    const below = (count: number) => Math.floor(random() * count);
    const blank = () => ["", " ", "\n", "\t", "\r", "\r\n "][below(6)];
    const string = () => JSON.stringify(["", '"', "\\", '\\"', "]", "}", ",", "é🦊", "\u0000"][below(9)]);
    const value = (depth: number): string => {
      const kind = depth > 3 ? below(4) : below(6);
      if (kind < 4) return ["1.50", "null", "true", string()][kind] ?? "";
      const inner = Array.from(
        { length: below(4) },
        () => `${blank()}${kind === 4 ? "" : `${string()}${blank()}:`}${value(depth + 1)}${blank()}`,
      );
      return kind === 4 ? `[${inner.join(",")}]` : `{${inner.join(",")}}`;
    };
    for (let round = 0; round < 2000; round += 1) {
      const items = Array.from({ length: below(5) }, () => value(0));
      const padded = items.map((item) => `${blank()}${item}${blank()}`).join(",");
      const text = `${blank()}{"x":${value(0)},"a"${blank()}:${blank()}[${padded}]${blank()}}`;
      assert.deepEqual(texts(text, "/a"), items, `seed ${seed}: ${text}`);
    }
  });
});
