import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isNear, nearest } from "../../../lambdas/core/checks/nearest.ts";

describe("the nearest of some names", () => {
  it("is as many letters away as it takes to write the one as the other", () => {
    const apart = (one: string, other: string) => nearest(one, [other])?.apart;
    for (const [one, other, letters] of [
      ["github", "github", 0],
      ["gihtub", "github", 1],
      ["githu", "github", 1],
      ["gitthub", "github", 1],
      ["gitlab", "github", 2],
      ["", "abc", 3],
      ["abc", "", 3],
      ["ca", "abc", 3],
      ["GitHub", "github", 0],
      ["git_hub", "git-hub", 0],
    ] as const) {
      assert.equal(apart(one, other), letters, `${one} ${other}`);
      assert.equal(apart(other, one), letters, `${other} ${one}`);
    }
  });

  it("is the first of equally near names, and none where there are no names", () => {
    assert.deepEqual(nearest("b", ["c", "a"]), { name: "c", apart: 1 });
    assert.equal(nearest("a", []), undefined);
    assert.equal(isNear("a", []), false);
  });

  it("is near by one letter, from six on by two; short names have to be the same", () => {
    for (const [one, other] of [
      ["strpie", "stripe"],
      ["sripe", "stripe"],
      ["stripes", "stripe"],
      ["shp", "shop"],
      ["AB", "ab"],
    ] as const) {
      assert.equal(isNear(one, [other]), true, one);
    }
    for (const [one, other] of [
      ["orders", "github"],
      ["app", "shop"],
      ["a", "b"],
      ["customers", "customer-io"],
    ] as const) {
      assert.equal(isNear(one, [other]), false, one);
    }
  });
});
