import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { placedResources } from "./placed-resources.ts";
import { type Declared, eventFile, synthesize } from "./stack-fixture.ts";

/** Give the seed that a failed run printed, to have the same names again. */
const seed = Number(process.env.HOOKLINE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Names of event files: short and long, with folders, dots, spaces and letters outside of ASCII, no two alike. */
function randomNames(count: number): readonly string[] {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCXYZ0123456789__../ -é"];
  return Array.from({ length: count }, (_, index) => {
    const text = Array.from({ length: 1 + below(70) }, () => letters[below(letters.length)]).join("");
    return `source-${below(5)}/t${index}${text.replaceAll(/\/+/g, "/")}x`;
  });
}

function placed(names: readonly string[]): ReadonlyMap<string, Declared> {
  const app = synthesize(
    names.map((name) => eventFile(name)),
    ["prod"],
  );
  try {
    return placedResources(app.of("prod").folder, "Hookline-prod");
  } finally {
    app.remove();
  }
}

/** What may change when an event is added: a nested stack's own template, and what the alias waits for. */
function changeable(resource: Declared): unknown {
  const { Type, Properties, DependsOn: _, ...rest } = resource;
  if (Type === "AWS::CloudFormation::Stack") return { Type, Parameters: Properties.Parameters };
  return { Type, Properties, ...rest, ...(Type === "AWS::Lambda::Alias" ? {} : { DependsOn: resource.DependsOn }) };
}

describe("where a pipeline is placed", () => {
  it("depends on its own name alone: adding one moves and changes no other", (t) => {
    t.diagnostic(`HOOKLINE_TEST_SEED=${seed}`);
    const names = randomNames(41);
    const added = names.at(-1) ?? "";
    const before = placed(names.slice(0, -1));
    // First in the list, so that a place by number would show.
    const afterwards = placed([added, ...names.slice(0, -1)]);
    assert.ok(before.size > 40 * 8, `${before.size} resources`);
    for (const [place, resource] of before) {
      const now = afterwards.get(place);
      assert.ok(now !== undefined, `${place} is gone`);
      assert.deepEqual(changeable(now), changeable(resource), place);
    }
    const more = [...afterwards].filter(([place]) => !before.has(place)).map(([, { Type }]) => Type);
    assert.equal(more.filter((type) => type === "AWS::SQS::Queue").length, 2);
    assert.ok(more.length <= 11 + 1 + 1, `${more.length} resources for one event: ${more.join(", ")}`);
  });

  it("is the same in whatever order the files are read", () => {
    const names = randomNames(12);
    assert.deepEqual(new Set(placed(names).keys()), new Set(placed(names.toReversed()).keys()));
  });
});
