import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkLoad, type LoadRecord } from "./checker.ts";
import type { EffectLine } from "./effect.ts";

const line = (id: string, what: EffectLine["what"], at: number, more: Partial<EffectLine> = {}): EffectLine => {
  return { id, key: `key of ${id}`, attempt: 1, pid: 7, what, at, ...more };
};
const ran = (id: string, at: number, more: Partial<EffectLine> = {}) => [
  line(id, "begin", at, more),
  line(id, "end", at + 20, more),
];
const answer = (id: string, status: number) => {
  return { id, at: 900, milliseconds: 12, status, outcome: status === 200 ? "accepted" : "queue", tries: 1 };
};
const planned = (id: string, more = {}) => {
  return { id, source: "stripe", fate: "succeeds", copies: 1, at: 0, ...more } as const;
};

/** A run in which all is well: one event done, one dead, one refused. */
const well: LoadRecord = {
  events: [planned("done"), planned("dead", { fate: "fails-for-good" }), planned("refused", { source: "github" })],
  answers: [answer("done", 200), answer("dead", 503), answer("dead", 200), answer("refused", 503)],
  effects: [...ran("done", 1000), line("dead", "begin", 1000), line("dead", "fail", 1010)],
  letters: [{ id: "dead", reason: "The load wants it dead" }],
  faults: {
    kills: [{ at: 500, pid: 3, target: "processor" }],
    outages: [{ service: "table", how: "fails", from: 100, until: 600 }],
  },
  complaints: [],
  left: 0,
  least: { kills: 1, outages: 1 },
};

const failures = (change: Partial<LoadRecord>) => checkLoad({ ...well, ...change }).failures;
const again = { attempt: 2, pid: 8 };
const twice = [...well.effects, ...ran("done", 30_000, again)];
const outages = [{ service: "table", how: "fails", from: 1010, until: 2000 }] as const;
const complaints = [{ at: 1030, id: "done", text: "done not recorded" }] as const;
const unexplained = ["done made its effect in process 7 and ran again in 8, and nothing explains it"];

describe("the checker of the load", () => {
  it("finds nothing where all is well", () => {
    const verdict = checkLoad(well);
    assert.deepEqual(verdict.failures, []);
    assert.deepEqual(verdict.refused, [{ id: "refused", source: "github", status: 503 }]);
    assert.deepEqual(
      [[...verdict.acked].sort(), [...verdict.done], [...verdict.dead]],
      [["dead", "done"], ["done"], ["dead"]],
    );
  });

  it("finds an acked event that is neither done nor in a DLQ", () => {
    const lost = ["done was answered 2xx, and is neither done nor in a DLQ"];
    assert.deepEqual(failures({ effects: well.effects.filter(({ id }) => id !== "done") }), lost);
    assert.deepEqual(failures({ effects: well.effects.filter(({ what }) => what !== "end") }), lost);
    assert.deepEqual(failures({ letters: [] }), ["dead was answered 2xx, and is neither done nor in a DLQ"]);
  });

  it("finds a dead event without a reason", () => {
    assert.deepEqual(failures({ letters: [{ id: "dead" }] }), ["dead is in a DLQ without a reason"]);
  });

  it("finds an effect that was repeated though its process was not killed", () => {
    assert.deepEqual(failures({ effects: twice }), unexplained);
    assert.deepEqual([...checkLoad({ ...well, effects: twice }).repeatedEffects], [["nothing explains it", 1]]);
  });

  it("counts an effect as repeated only where it happened twice", () => {
    const kills = [{ at: 1030, pid: 7, target: "processor" as const }];
    const effects = [...well.effects, line("done", "begin", 30_000, again)];
    const verdict = checkLoad({ ...well, effects, faults: { ...well.faults, kills } });
    assert.deepEqual([...verdict.repeatedRuns], [["its process was killed between effect and mark", 1]]);
    assert.equal(verdict.repeatedEffects.size, 0);
  });

  it("accepts a kill as an explanation only for the process of the effect, and only until its mark", () => {
    const kills = (at: number, pid: number) => ({ ...well.faults, kills: [{ at, pid, target: "processor" as const }] });
    assert.deepEqual(failures({ effects: twice, faults: kills(1030, 8) }), unexplained);
    assert.deepEqual(failures({ effects: twice, faults: kills(800, 7) }), unexplained);
    assert.deepEqual(failures({ effects: twice, faults: kills(9000, 7) }), unexplained);
    const verdict = checkLoad({ ...well, effects: twice, faults: kills(1030, 7) });
    assert.deepEqual(verdict.failures, []);
    assert.deepEqual([...verdict.repeatedEffects], [["its process was killed between effect and mark", 1]]);
  });

  it("accepts a failed mark as an explanation only while the table was failing", () => {
    assert.deepEqual(failures({ effects: twice, complaints }), unexplained);
    assert.deepEqual(failures({ effects: twice, faults: { ...well.faults, outages } }), unexplained);
    assert.deepEqual(failures({ effects: twice, complaints, faults: { ...well.faults, outages } }), []);
  });

  it("finds a run that was repeated though it was not killed", () => {
    const effects = [...well.effects.filter(({ what }) => what !== "end"), ...ran("done", 30_000, again)];
    assert.deepEqual(failures({ effects }), ["done began in process 7 and ran again in 8, and nothing explains it"]);
    const kills = [{ at: 1005, pid: 7, target: "processor" as const }];
    const verdict = checkLoad({ ...well, effects, faults: { ...well.faults, kills } });
    assert.deepEqual(verdict.failures, []);
    assert.deepEqual([...verdict.repeatedRuns], [["its process was killed in the run", 1]]);
    assert.equal(verdict.repeatedEffects.size, 0);
  });

  it("finds two runs of one event at the same time", () => {
    const effects = [...ran("done", 1000), ...ran("done", 1010, again), ...well.effects.slice(2)];
    const kills = [{ at: 1025, pid: 7, target: "processor" as const }];
    assert.deepEqual(failures({ effects, faults: { ...well.faults, kills } }), unexplained);
  });

  it("accepts a run that failed on purpose and was retried", () => {
    const [begin, fail] = [line("done", "begin", 1000), line("done", "fail", 1010)];
    const effects = [begin, fail, ...ran("done", 3000, again), ...well.effects.slice(2)];
    const verdict = checkLoad({ ...well, effects });
    assert.deepEqual(verdict.failures, []);
    assert.deepEqual([...verdict.repeatedRuns], [["it failed first, and was tried again", 1]]);
  });

  it("finds events that were never sent, and copies that were not recognised as one event", () => {
    assert.deepEqual(failures({ effects: [...well.effects, ...ran("foreign", 1000)] }), [
      "foreign came out and was never sent",
    ]);
    assert.deepEqual(failures({ effects: [...well.effects, ...ran("done", 1100, { key: "other" })] }), [
      "done was given two idempotency keys",
    ]);
  });

  it("finds a load run without deliveries", () => {
    assert.deepEqual(failures({ left: 2 }), ["2 messages are still in the queues"]);
    assert.deepEqual(failures({ least: { kills: 2, outages: 1 } }), ["Only 1 processes were killed"]);
    assert.deepEqual(failures({ least: { kills: 1, outages: 2 } }), ["There were only 1 outages"]);
    assert.deepEqual(failures({ answers: [answer("done", 503)] }), ["No event was answered 2xx: nothing was tried"]);
  });
});
