import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogCounts } from "../../../local/aws/log-counts.ts";

const line = (fields: object) =>
  ({ functionName: "verifier", pid: 1, kind: "stdout", text: JSON.stringify(fields) }) as const;
const ignored = (type: string) =>
  line({ step: "dedupe", text: "ignored", reason: "no-processor", source: "github", id: "1", type });

describe("the counts of the verifier's log", () => {
  it("stay bounded whatever types a sender makes up, and say that there are more", () => {
    const { add, counts } = createLogCounts();
    add(ignored("x".repeat(129)));
    assert.deepEqual(counts(), { ignored: [], isCut: true, siblings: [], notLogged: [], starts: [] });
    for (let index = 0; index < 1000; index += 1) add(ignored(`type-${index}`));
    add(ignored("type-7"));
    const { ignored: found, isCut } = counts();
    assert.equal(found.length, 100);
    assert.deepEqual([found[0], isCut], [{ source: "github", type: "type-7", events: 2 }, true]);
  });

  it("count refusals by source and sibling", () => {
    const { add, counts } = createLogCounts();
    const refused = { step: "verify", text: "refused", source: "hotmart", reason: "signature-missing" };
    add(line({ ...refused, sibling: "hotmart-hottok" }));
    add(line({ ...refused, sibling: "hotmart-hottok" }));
    add(line(refused));
    assert.deepEqual(counts().siblings, [{ source: "hotmart", sibling: "hotmart-hottok", refusals: 2 }]);
  });

  it("add up the refusals that have no line of their own, by source", () => {
    const { add, counts } = createLogCounts();
    const notLogged = { step: "verify", text: "refusals not logged" };
    add(line({ ...notLogged, source: "hotmart", notLogged: 1 }));
    add(line({ ...notLogged, source: "hotmart", notLogged: 3 }));
    add(line({ ...notLogged, notLogged: 2 }));
    assert.deepEqual(counts().notLogged, [
      { source: "hotmart", refusals: 4 },
      { source: "", refusals: 2 },
    ]);
  });

  it("keep the starts of environments that came last, with the event of their first line", () => {
    const { add, counts } = createLogCounts();
    const accepted = { step: "dedupe", text: "new", source: "canary" };
    add(line({ ...accepted, id: "one", init: 212 }));
    add(line({ ...accepted, id: "two" }));
    add(line({ step: "verify", text: "refused", source: "canary", reason: "signature-wrong", init: 80 }));
    add(line({ ...accepted, id: "x".repeat(129), init: 1 }));
    assert.deepEqual(counts().starts, [{ source: "canary", id: "one", milliseconds: 212 }]);
    for (let index = 0; index < 1000; index += 1) add(line({ ...accepted, id: `id-${index}`, init: index }));
    assert.equal(counts().starts.length, 1000);
    assert.equal(counts().starts[0]?.id, "id-0");
  });

  it("have no test events, no line of a processor's, and nothing that is no line of ours", () => {
    const { add, counts } = createLogCounts();
    add(line({ step: "dedupe", text: "ignored", reason: "test-event", source: "github", id: "1", type: "push" }));
    add(line({ step: "run", text: "refused", source: "github", sibling: "gitlab" }));
    add({ ...line({}), text: "null" });
    add({ ...line({}), text: "{" });
    add({ ...ignored("push"), kind: "stderr" });
    assert.deepEqual(counts(), { ignored: [], isCut: false, siblings: [], notLogged: [], starts: [] });
  });
});
