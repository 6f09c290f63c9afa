import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { stageRegion } from "../../operate/stage-region.ts";

describe("the region of a stage", () => {
  it("is its own where infra/config.ts has one, and the SDK's otherwise", () => {
    const stages = { eu: { region: "eu-central-1" }, dev: {} };
    assert.deepEqual(stageRegion("eu", stages), { region: "eu-central-1" });
    assert.deepEqual(stageRegion("dev", stages), {});
    assert.deepEqual(stageRegion("toString", stages), {});
  });

  it("is that of every client that a command makes for AWS: none is made without settings", () => {
    const folder = new URL("../../operate/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const made = files.flatMap((file) =>
      [...readFileSync(new URL(file, folder), "utf8").matchAll(/new \w+Client\((.*)/g)].map(([, settings]) => [
        file,
        settings,
      ]),
    );
    assert.ok(made.length > 12, `${made.length} clients`);
    assert.deepEqual(
      made.filter(
        ([, settings = ""]) => !/^(stageRegion\(stage\)|settings|clientFor\(|\{ \.\.\.clientFor\(|$)/.test(settings),
      ),
      [],
    );
  });
});
