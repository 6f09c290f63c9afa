import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";

describe("an error as a log field", () => {
  it("is its name and its message, or its name where it has no message", () => {
    assert.equal(errorText(new TypeError("no such port")), "TypeError: no such port");
    assert.equal(errorText(new RangeError()), "RangeError");
  });

  it("is the thrown text, or the thrown value as text", () => {
    assert.equal(errorText("gone"), "gone");
    assert.equal(errorText(undefined), "thrown undefined");
    assert.equal(errorText({ message: "private" }), "thrown object");
  });

  it("ends with its causes, three at most, so that a circle of causes ends", () => {
    const chain = new Error("a", { cause: new Error("b", { cause: "c" }) });
    assert.equal(errorText(chain), "Error: a (Error: b (c))");
    const ring = new Error("a");
    ring.cause = ring;
    assert.equal(errorText(ring), "Error: a (Error: a (Error: a (Error: a)))");
  });
});
