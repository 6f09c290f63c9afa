import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withShortWindows } from "../../../local/mapping/short-windows.ts";

describe("the windows of a local run", () => {
  const mapping = (properties: Readonly<Record<string, unknown>>) => {
    const type = "AWS::Lambda::EventSourceMapping";
    return withShortWindows([{ id: "S/mapping", type, properties }])[0]?.properties;
  };

  it("are a second at most, and none where there is none", () => {
    assert.deepEqual(mapping({ BatchSize: 10_000, MaximumBatchingWindowInSeconds: 60 }), {
      ...{ BatchSize: 10_000, MaximumBatchingWindowInSeconds: 1 },
    });
    assert.deepEqual(mapping({ MaximumBatchingWindowInSeconds: 0 }), { MaximumBatchingWindowInSeconds: 0 });
    assert.deepEqual(mapping({ BatchSize: 10 }), { BatchSize: 10 });
  });

  it("are those of mappings alone", () => {
    const other = { id: "S/other", type: "AWS::X::Y", properties: { MaximumBatchingWindowInSeconds: 60 } };
    assert.deepEqual(withShortWindows([other]), [other]);
  });
});
