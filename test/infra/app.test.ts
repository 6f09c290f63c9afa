import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createApp } from "../../infra/app.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { eventFile } from "./stack-fixture.ts";

describe("the provider of a source", () => {
  it("is the one with the name of its folder", () => {
    assert.deepEqual(sourcesOf([eventFile("github/push"), eventFile("github/issues")]), { github: "github" });
  });

  it("is the one that infra/config.ts maps it to", () => {
    assert.deepEqual(sourcesOf([eventFile("github-internal/push")], { "github-internal": "github" }), {
      "github-internal": "github",
    });
  });

  it("is there for a mapped source without an event file, and in order of the sources' names", () => {
    const found = sourcesOf([eventFile("github/push")], { "a-github": "github" });
    assert.deepEqual(Object.entries(found), [
      ["a-github", "github"],
      ["github", "github"],
    ]);
  });

  it("fails for a source that is no provider's, with the source and the remedy", () => {
    assert.throws(() => sourcesOf([eventFile("acme/push")]), {
      name: "TypeError",
      message:
        /^Cannot find the provider "acme" of source "acme": map the source in infra\/config\.ts to one of .*github/,
    });
  });

  it("fails for a misspelt folder with the provider that is nearest", () => {
    assert.throws(() => sourcesOf([eventFile("gihtub/push")]), {
      name: "TypeError",
      message: /; did you mean github\?$/,
    });
  });

  it("fails for a mapping to a provider that is not there, names of Object's own included", () => {
    for (const provider of ["gihub", "constructor", "toString"]) {
      assert.throws(() => sourcesOf([], { mine: provider }), {
        name: "TypeError",
        message: new RegExp(`^Cannot find the provider "${provider}" of source "mine"`),
      });
    }
  });
});

describe("the app", () => {
  const given = { events: [eventFile("github/push")], sources: { github: "github" } };
  const noBundles = { verifier: ".", spillDrain: ".", archive: ".", canary: ".", processors: {} };

  it("fails for a stage that cannot be", () => {
    const stages = { "dev-eu": { removeData: true, logDays: 1 } } as const;
    assert.throws(() => createApp({ ...given, stages, bundles: noBundles }), /Cannot configure stage "dev-eu"/);
  });

  it("fails for an event file that was not bundled", (t) => {
    const outdir = mkdtempSync(join(tmpdir(), "hookline-app-"));
    t.after(() => rmSync(outdir, { recursive: true, force: true }));
    const stages = { dev: { removeData: true, logDays: 1 } } as const;
    assert.throws(
      () => createApp({ ...given, stages, bundles: noBundles, outdir }),
      /Cannot make the pipeline of github\/push: it was not bundled/,
    );
  });
});
