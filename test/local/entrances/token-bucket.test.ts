import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTokenBucket } from "../../../local/entrances/token-bucket.ts";

describe("a token bucket", () => {
  it("lets a burst through at once, then the rate, and is never fuller than the burst", () => {
    let now = 0;
    const admits = createTokenBucket({ rate: 2, burst: 3 }, () => now);
    const admitted = (tries: number) => Array.from({ length: tries }, admits).filter(Boolean).length;
    assert.equal(admitted(5), 3);
    now += 1000;
    assert.equal(admitted(5), 2);
    now += 250;
    assert.equal(admitted(5), 0, "half a token is none");
    now += 250;
    assert.equal(admitted(5), 1);
    now += 3_600_000;
    assert.equal(admitted(5), 3);
  });
});
