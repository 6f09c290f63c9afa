import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AnsweredDelivery } from "../../../local/entrances/deliveries.ts";
import type { LambdaLine } from "../../../local/lambda/function-definition.ts";
import { createRunLines } from "../../../operate/cli/run-lines.ts";

const everything = { source: [], type: [], outcome: [] };
const event = { source: "github", type: "push", id: "demo1", trace: "1-a-b" };
const answered: AnsweredDelivery = {
  ...{ source: "github", path: "/github", method: "POST", status: 200, outcome: "accepted" },
  ...{ milliseconds: 14, trace: "1-a-b" },
};

/** A run's terminal: what it printed, and how a delivery, an entry or another line gets to it. */
function terminal(filter: Partial<typeof everything> = {}) {
  const printed: string[] = [];
  const colours: (string | undefined)[] = [];
  let told: (() => void) | undefined;
  const report = createRunLines({
    print: (line, colour) => {
      printed.push(line);
      colours.push(colour);
      told?.();
    },
    filter: { ...everything, ...filter },
    processors: { "push-function": "github/push" },
    now: () => new Date(2026, 0, 2, 12, 1, 2),
  });
  const lambda = (text: string, kind: LambdaLine["kind"] = "stdout", functionName = "push-function") =>
    report({ from: "lambda", line: { functionName, pid: 1, kind, text } });
  return {
    printed,
    colours,
    report,
    lambda,
    entry: (fields: object) => lambda(JSON.stringify({ level: "info", time: "t", ...event, ...fields })),
    answer: (given: Partial<AnsweredDelivery> = {}) =>
      report({ from: "delivery", delivery: { ...answered, ...given } }),
    next: () => new Promise<void>((resolve) => (told = resolve)),
  };
}

describe("the lines of a local run", () => {
  it("are one for each delivery and one for each run, in colours of their outcomes", () => {
    const { printed, colours, entry, answer } = terminal();
    entry({ step: "verify", text: "verified" });
    entry({ step: "dedupe", text: "new" });
    entry({ step: "enqueue", text: "enqueued", queue: "github-push" });
    answer();
    entry({ step: "process", text: "done", processor: "github/push", attempt: 1, milliseconds: 3 });
    assert.deepEqual(printed, [
      "12:01:02  github push              demo1         accepted 14 ms",
      "12:01:02  github push              demo1         → done 3 ms",
    ]);
    assert.deepEqual(colours, ["green", "green"]);
  });

  it("are printed at the line that has the figures of a delivery, which is its last", () => {
    const { printed, entry, answer } = terminal();
    answer();
    const CloudWatchMetrics = [{ Dimensions: [["Stage"]], Metrics: [{ Name: "Deliveries" }] }];
    entry({ step: "dedupe", text: "new", _aws: { CloudWatchMetrics }, Stage: "dev", Deliveries: 1 });
    assert.deepEqual(printed, ["12:01:02  github push              demo1         accepted 14 ms"]);
  });

  it("wait for an entry that arrives behind the answer, and not for ever", async () => {
    const { printed, entry, answer, next } = terminal();
    answer({ outcome: "ignored" });
    entry({ step: "verify", text: "verified" });
    assert.deepEqual(printed, []);
    entry({ step: "dedupe", text: "ignored", reason: "no-processor" });
    assert.match(printed.join(), /demo1 {9}ignored 14 ms {2}no event file takes this type$/);
    answer({ trace: undefined, source: undefined, path: "/a/b", status: 404, outcome: "source-unknown" });
    await next();
    assert.match(printed[1] ?? "", /refused 14 ms {2}404 source-unknown POST \/a\/b$/);
  });

  it("have the fault of a delivery below it", () => {
    const { printed, colours, entry, answer } = terminal();
    entry({
      level: "error",
      step: "verify",
      text: "unavailable",
      type: undefined,
      id: undefined,
      reason: "secret-unset",
    });
    answer({ status: 503, outcome: "secret-unset" });
    assert.match(printed[0] ?? "", /unavailable 14 ms {2}503 secret-unset$/);
    assert.equal(printed[1], "          verify: unavailable reason=secret-unset");
    assert.deepEqual(colours, ["red", "red"]);
  });

  it("have the replay that ran an event again", () => {
    const { printed, entry } = terminal();
    entry({ level: "info", step: "process", text: "done", processor: "github/push", attempt: 1, replay: "2026-r" });
    assert.match(printed[0] ?? "", /→ done .*replay 2026-r$/);
  });

  it("have an error and its place below a run that failed, within 120 columns and without a word lost", () => {
    const { printed, entry } = terminal();
    const error = `Error: ${"long ".repeat(40)}end`;
    const stack = "at run (lambdas/events/github/push.ts:12:9)\nat ship (lambdas/ship.ts:1:1)";
    entry({ level: "error", step: "process", text: "failed", processor: "github/audit", attempt: 2, error, stack });
    assert.match(printed[0] ?? "", /→ failed {2}by github\/audit, run 2$/);
    assert.ok(printed.every((line) => line.length <= 120));
    assert.equal(
      printed
        .slice(1, -2)
        .map((line) => line.slice(10))
        .join(""),
      error,
    );
    assert.deepEqual(
      printed.slice(-2).map((line) => line.trim()),
      stack.split("\n"),
    );
  });

  it("name the event file of what a run prints itself, by its log or by the console", () => {
    const { printed, entry, lambda } = terminal();
    entry({ step: "run", processor: "github/push", text: "shipped", data: { parcels: 2 } });
    lambda("by console.log");
    lambda("by console.error", "stderr");
    assert.deepEqual(printed, [
      "12:01:02  github/push  demo1  shipped  parcels=2",
      "12:01:02  github/push  by console.log",
      "12:01:02  github/push  by console.error",
    ]);
  });

  it("leave out an object of the archive that is stored, and have one that is not", () => {
    const { printed, entry } = terminal();
    entry({ step: "archive", text: "archived", hour: "2026/01/02/12", events: 1, object: "archive/a", bytes: 7 });
    assert.deepEqual(printed, []);
    entry({
      level: "error",
      step: "archive",
      text: "not archived",
      hour: "2026/01/02/12",
      events: 1,
      error: "S3 is down",
    });
    assert.match(printed.join("\n"), /not archived.*S3 is down/);
  });

  it("leave out processes that start and end, and have all of one that fails", () => {
    const { printed, lambda } = terminal();
    lambda("node bootstrap.js", "start");
    lambda("signal: SIGKILL", "exit");
    lambda("Error: no\n    at top (push.ts:1:1)", "error");
    lambda("id Task timed out after 3.00 seconds", "timeout");
    assert.deepEqual(printed, [
      "12:01:02  github/push: Error: no",
      "              at top (push.ts:1:1)",
      "12:01:02  github/push: id Task timed out after 3.00 seconds",
    ]);
  });

  it("are forged by no name of a sender and by no message of an error", () => {
    const { printed, entry, lambda, answer } = terminal();
    const id = "x  accepted 14 ms";
    entry({ step: "process", text: "done", id, type: "push  demo1" });
    assert.equal(printed[0], '12:01:02  github "push  demo1"     "x  accepted 14 ms"  → done');
    entry({ step: "dedupe", text: "duplicate", id });
    answer({ outcome: "duplicate" });
    assert.match(printed[1] ?? "", /"x {2}accepted 14 ms" {2}duplicate 14 ms$/);
    printed.length = 0;
    lambda("Error: no\n12:01:02  github push  demo1  accepted 14 ms", "error");
    entry({
      level: "error",
      step: "process",
      text: "failed",
      error: "Error: no\n12:01:02  github push  demo1  accepted",
    });
    assert.deepEqual(
      printed.filter((line) => line.startsWith("12:01:02  github push ")).map((line) => line.slice(-8)),
      ["→ failed"],
    );
  });

  it("can be those of a source, a type or an outcome alone", () => {
    for (const [filter, count] of [
      [{ source: ["stripe"] }, 0],
      [{ source: ["github"], type: ["push"] }, 2],
      [{ type: ["issues"] }, 0],
      [{ outcome: ["done", "failed"] }, 1],
    ] as const) {
      const { printed, entry, answer } = terminal(filter as unknown as Partial<typeof everything>);
      entry({ step: "enqueue", text: "enqueued" });
      answer();
      entry({ step: "process", text: "done", processor: "github/push" });
      assert.equal(printed.length, count, JSON.stringify(filter));
    }
  });

  it("are folded at blanks where the run says more than a line holds, as --why does", () => {
    const { printed, report } = terminal();
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    report({ from: "run", text: `why github: ${words.join(" ")} ${"x".repeat(300)} end` });
    assert.ok(printed.length > 4, printed.join("\n"));
    for (const line of printed) assert.ok(line.length <= 120, line);
    for (const line of printed.slice(1)) assert.match(line, /^ {19}\S/);
    assert.match(printed[0] ?? "", /^12:01:02 {2}local {4}why github: word0 /);
    const told = printed.map((line) => line.slice(19)).join(" ");
    assert.equal(told.replace(/x[x ]*x/, "x"), `why github: ${words.join(" ")} x end`);
    printed.length = 0;
    report({ from: "run", text: "why github: short" });
    assert.deepEqual(printed, ["12:01:02  local    why github: short"]);
  });

  it("cut a name that is too long, and keep an id whole", () => {
    const { printed, entry } = terminal();
    const id = "550e8400-e29b-41d4-a716-446655440000";
    entry({ step: "process", text: "done", type: "pull_request_review_comment.resubmitted", id, milliseconds: 7 });
    assert.equal(printed[0], `12:01:02  github pull_request_review_commen… ${id}  → done 7 ms`);
  });
});
