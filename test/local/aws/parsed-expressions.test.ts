import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { keepingParsed } from "../../../local/aws/parsed-expressions.ts";

type Parse = Parameters<typeof keepingParsed>[0];
type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Case = readonly [text: string, values: Values, names?: Readonly<Record<string, string>>];

const requireHere = createRequire(import.meta.url);
const parserOf = (name: string): Parse => requireHere(`dynalite/db/${name}`).parse;
const { compare } = requireHere("dynalite/db");
const { isReserved } = { isReserved: (name: string) => name === "status" };

/** What dynalite makes of an expression: the tree or the sentence, and the names and values that nothing has used. */
function parsedBy(parse: Parse, [text, attrVals, attrNames = {}]: Case) {
  const unused = (given: object) => Object.fromEntries(Object.keys(given).map((name) => [name, true as const]));
  const context = { attrNames, attrVals, unusedAttrNames: unused(attrNames), unusedAttrVals: unused(attrVals) };
  const given = { context: { ...context, isReserved, compare } };
  try {
    return { tree: parse(text, given), context };
  } catch (error) {
    return { error: String(error), context };
  }
}

const conditions: readonly Case[] = [
  ["attribute_not_exists(pk) OR ex < :now", { ":now": { N: "1" } }],
  ["attribute_not_exists(pk) OR ex < :now", { ":now": { N: "2" }, ":other": { S: "unused" } }],
  ["attribute_not_exists(pk) OR ex < :now", { ":now": { S: "text" } }],
  ["attribute_not_exists(pk) OR ex < :now", {}],
  ["ow = :me AND st = :proc", { ":me": { S: "a" }, ":proc": { S: "p" } }],
  ["ow = :me AND st = :proc", { ":proc": { S: "q" }, ":me": { S: "b" } }],
  ["#at = :at", { ":at": { N: "1" } }, { "#at": "at" }],
  ["#at = :at", { ":at": { N: "1" } }, { "#at": "another", "#unused": "x" }],
  ["#at = :at", { ":at": { N: "1" } }],
  ["a BETWEEN :low AND :high", { ":low": { N: "1" }, ":high": { N: "2" } }],
  ["a BETWEEN :low AND :high", { ":low": { N: "3" }, ":high": { N: "2" } }],
  ["attribute_type(a, :type)", { ":type": { S: "S" } }],
  ["attribute_type(a, :type)", { ":type": { S: "no type" } }],
  ["begins_with(a, :prefix)", { ":prefix": { S: "x" } }],
  ["begins_with(a, :prefix)", { ":prefix": { N: "1" } }],
  ["a.b[1] IN (:one, :two) AND NOT contains(c, :one)", { ":one": { S: "1" }, ":two": { M: { a: { S: "x" } } } }],
  ["size(a) > :n", { ":n": { N: "1" } }],
  ["((a = :n))", { ":n": { N: "1" } }],
  ["status = :n", { ":n": { N: "1" } }],
  ["a = ", { ":n": { N: "1" } }],
];

const updates: readonly Case[] = [
  ["SET st = :e, ex = :ex REMOVE le, nx ADD n :one", { ":e": { S: "e" }, ":ex": { N: "9" }, ":one": { N: "1" } }],
  ["SET st = :e, ex = :ex REMOVE le, nx ADD n :one", { ":e": { S: "f" }, ":ex": { N: "8" }, ":one": { N: "2" } }],
  ["SET st = :e, ex = :ex REMOVE le, nx ADD n :one", { ":e": { S: "f" }, ":ex": { N: "8" }, ":one": { S: "2" } }],
  ["SET a = if_not_exists(a, :zero) + :one", { ":zero": { N: "0" }, ":one": { N: "1" } }],
  ["SET a = list_append(:list, a)", { ":list": { L: [{ S: "x" }] } }],
  ["DELETE a :set", { ":set": { SS: ["x"] } }],
  ["SET a = :v, a.b = :v", { ":v": { S: "x" } }],
];

describe("an expression that is parsed once", () => {
  for (const [kind, cases] of Object.entries({ conditionParser: conditions, updateParser: updates })) {
    it(`is the same to dynalite as one that its ${kind} parses anew`, () => {
      const parse = parserOf(kind);
      const keeping = keepingParsed(parse);
      for (const one of [...cases, ...cases.toReversed(), ...cases]) {
        assert.deepEqual(parsedBy(keeping, one), parsedBy(parse, one), one[0]);
      }
    });
  }

  it("is not parsed again for other values", () => {
    let parses = 0;
    const parse = parserOf("conditionParser");
    const keeping = keepingParsed((...given) => {
      parses += 1;
      return parse(...given);
    });
    for (const value of ["1", "2", "3"]) parsedBy(keeping, ["a = :v", { ":v": { S: value } }]);
    assert.equal(parses, 1);
  });

  it("keeps to itself what is written into its tree", () => {
    const keeping = keepingParsed(parserOf("updateParser"));
    const one: Case = ["SET a = :v", { ":v": { S: "x" } }];
    for (let times = 0; times < 2; times++) {
      const { tree } = parsedBy(keeping, one) as { tree: { sections: { val: unknown }[] } };
      assert.deepEqual(tree.sections[0]?.val, { S: "x" });
      for (const section of tree.sections) section.val = "written";
    }
  });

  it("does not gather without bound", () => {
    let parses = 0;
    const keeping = keepingParsed((text) => {
      parses += 1;
      return { text };
    });
    const ask = (number: number) => parsedBy(keeping, [`a = ${number}`, {}]);
    for (let number = 0; number < 501; number++) ask(number);
    ask(0);
    assert.equal(parses, 502);
  });
});
