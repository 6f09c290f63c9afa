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

/**
 * A resource without what may change when an event is added: a nested stack's own template and the list of queues in its
 * policy, the alarm that sums up a source and notifies in place of its event types' own, the dashboard, the queries, and which
 * nested stacks are waited for, which changes nothing in the account.
 */
function lasting({ DependsOn = [], ...resource }: Declared): unknown {
  const { Type, Properties } = resource;
  if (Type === "AWS::CloudFormation::Stack") {
    const parameters = Object.entries({ ...(Properties.Parameters as object) });
    return { Type, parameters: parameters.filter(([name]) => !/^referenceto\w*Alarms[0-9A-F]{8}Ref$/.test(name)) };
  }
  if (Type === "AWS::CloudWatch::Alarm") {
    const { AlarmActions: _, OKActions: __, ...alarm } = Properties;
    return { Type, alarm };
  }
  if (/^AWS::CloudWatch::(CompositeAlarm|Dashboard)$|^AWS::Logs::QueryDefinition$|^AWS::SQS::QueuePolicy$/.test(Type))
    return { Type };
  return { ...resource, DependsOn: DependsOn.filter((id) => !/^Pipelines.NestedStack/.test(id)) };
}

describe("where a pipeline is placed", () => {
  // With few, the one that is added mostly needs a nested stack of its own; with many, it has neighbours.
  for (const count of [4, 40]) {
    it(`depends on its own name alone: adding one to ${count} moves and changes no other`, (t) => {
      t.diagnostic(`HOOKLINE_TEST_SEED=${seed}`);
      const names = randomNames(count);
      // Of a source that is there: another one's secret would rightly be new.
      const added = `${names[0]?.split("/")[0]}/added-${seed}`;
      const before = placed(names);
      // First in the list, so that a place by number would show.
      const afterwards = placed([added, ...names]);
      assert.ok(before.size > count * 8, `${before.size} resources`);
      for (const [place, resource] of before) {
        const now = afterwards.get(place);
        assert.ok(now !== undefined, `${place} is gone (HOOKLINE_TEST_SEED=${seed})`);
        assert.deepEqual(lasting(now), lasting(resource), `${place} (HOOKLINE_TEST_SEED=${seed})`);
      }
      const more = [...afterwards].filter(([place]) => !before.has(place)).map(([, { Type }]) => Type);
      assert.equal(more.filter((type) => type === "AWS::SQS::Queue").length, 2);
      // Its own, a nested stack with the policy of its queues, and the alarms that sum up a source once it has two.
      assert.ok(more.length <= 8 + 2 + 2, `${more.length} resources for one event: ${more.join(", ")}`);
    });
  }

  it("is the same in whatever order the files are read", () => {
    const names = randomNames(12);
    assert.deepEqual(new Set(placed(names).keys()), new Set(placed(names.toReversed()).keys()));
  });
});
