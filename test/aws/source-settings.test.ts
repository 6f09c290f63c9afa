import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allowsOnly, sourceOptions, spills } from "../../lambdas/aws/source-settings.ts";

describe("the settings of a source", () => {
  it("leave everything as it is where there are none", () => {
    assert.deepEqual(sourceOptions(), {});
    assert.deepEqual(sourceOptions({ livemode: "both" }), {});
  });

  it("become options of the receiver", () => {
    const { allows, ...others } = sourceOptions({
      ...{ registeredUrl: "https://hooks.example/a", toleranceSeconds: 60, bodyLimitBytes: 1024, livemode: "only" },
      allowedIps: ["192.0.2.0/24"],
    });
    assert.deepEqual(others, {
      url: "https://hooks.example/a",
      toleranceSeconds: 60,
      bodyLimitBytes: 1024,
      liveOnly: true,
    });
    assert.equal(allows?.("192.0.2.255"), true);
    assert.equal(allows?.("192.0.3.0"), false);
  });

  it("have an event spilled where there is an archive, or its provider gives up within an hour, unless they say", () => {
    for (const [spill, retryHours, hasArchive, expected] of [
      [undefined, 72, true, true],
      [undefined, 72, false, false],
      [undefined, 1, false, true],
      [undefined, 0, false, true],
      [false, 0, true, false],
      [true, 72, false, true],
    ] as const) {
      const settings = spill === undefined ? undefined : { spill };
      assert.equal(spills(settings, { retryHours }, hasArchive), expected, `${spill} ${retryHours} ${hasArchive}`);
    }
  });

  it("allow addresses and ranges of both versions, and nothing that is no address", () => {
    const allows = allowsOnly(["192.0.2.7", "198.51.100.0/25", "2001:db8::/32"]);
    for (const address of ["192.0.2.7", "198.51.100.127", "2001:db8:1::1"])
      assert.equal(allows(address), true, address);
    for (const address of ["192.0.2.8", "198.51.100.128", "2001:db9::", "", "192.0.2.7, 192.0.2.8", "::ffff"]) {
      assert.equal(allows(address), false, address);
    }
    assert.equal(allowsOnly([])("192.0.2.7"), false);
    for (const range of ["", "hooks.example", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x", "2001:db8::/129", "1/8"]) {
      assert.throws(() => allowsOnly([range]), { name: "TypeError" }, range);
    }
  });
});
