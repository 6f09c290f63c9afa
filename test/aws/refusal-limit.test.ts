import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { limitRefusals, mostRefusals } from "../../lambdas/aws/log/refusal-limit.ts";
import type { LogEntry } from "../../lambdas/core/log.ts";

function limited() {
  const entries: LogEntry[] = [];
  let milliseconds = 0;
  const log = limitRefusals(
    (entry) => entries.push(entry),
    () => milliseconds,
  );
  const refused = (source?: string): LogEntry => {
    const at = { level: "info", step: "verify", kind: "refused", reason: "signature-wrong" } as const;
    return source === undefined ? at : { ...at, source };
  };
  return {
    entries,
    refuse: (times: number, source?: string) => {
      for (let time = 0; time < times; time += 1) log(refused(source));
    },
    unavailable: (times: number, reason: "secret-unset" | "secret-malformed") => {
      for (let time = 0; time < times; time += 1) {
        log({ level: "error", step: "verify", kind: "unavailable", source: "github", reason });
      }
    },
    other: () => log({ level: "info", step: "verify", kind: "handshake answered", source: "github" }),
    pass: (seconds: number) => {
      milliseconds += seconds * 1000;
    },
    refusals: () => entries.filter(({ kind }) => kind === "refused").length,
    notLogged: () => entries.flatMap((entry) => (entry.kind === "refusals not logged" ? [entry.notLogged] : [])),
  };
}

describe("refusals in the log", () => {
  it("have a line each up to so many a minute, and are numbers beyond it", () => {
    const { refuse, refusals, notLogged } = limited();
    refuse(mostRefusals, "github");
    assert.deepEqual([refusals(), notLogged()], [mostRefusals, []]);
    refuse(1, "github");
    assert.deepEqual([refusals(), notLogged()], [mostRefusals, [1]]);
  });

  it("are told at each doubling, so that an environment that ends has told half of them, in few lines", () => {
    const { refuse, notLogged } = limited();
    refuse(mostRefusals + 1_000_000, "github");
    const told = notLogged();
    assert.ok(told.length <= 21, `${told.length} lines`);
    assert.deepEqual(told.slice(0, 5), [1, 1, 2, 4, 8]);
    const sum = told.reduce((total, one) => total + one, 0);
    assert.ok(sum > 500_000 && sum <= 1_000_000, `${sum} are told`);
  });

  it("are all told by the first entry after the minute, whatever it is, and have lines again", () => {
    const { refuse, other, pass, entries, refusals, notLogged } = limited();
    refuse(mostRefusals + 7, "github");
    assert.deepEqual(notLogged(), [1, 1, 2]);
    pass(61);
    other();
    assert.deepEqual(notLogged(), [1, 1, 2, 3]);
    assert.equal(entries.at(-1)?.kind, "handshake answered");
    pass(61);
    other();
    assert.equal(notLogged().length, 4, "nothing is told twice");
    refuse(1, "github");
    assert.equal(refusals(), mostRefusals + 1);
  });

  it("count posts to a source that nobody has set up, and no fault of a source that somebody has", () => {
    const { unavailable, entries, notLogged } = limited();
    const count = () => entries.filter(({ kind }) => kind === "unavailable").length;
    unavailable(mostRefusals + 1, "secret-unset");
    assert.deepEqual([count(), notLogged()], [mostRefusals, [1]]);
    unavailable(100, "secret-malformed");
    assert.equal(count(), mostRefusals + 100);
  });

  it("of one source leave the lines of another, and those without a source count as one", () => {
    const { refuse, entries, refusals } = limited();
    refuse(mostRefusals + 1, "github");
    refuse(1, "stripe");
    refuse(mostRefusals + 1);
    assert.equal(refusals(), 2 * mostRefusals + 1);
    assert.deepEqual(
      entries.filter(({ kind }) => kind === "refusals not logged"),
      [
        { level: "info", step: "verify", kind: "refusals not logged", source: "github", notLogged: 1 },
        { level: "info", step: "verify", kind: "refusals not logged", notLogged: 1 },
      ],
    );
  });
});
