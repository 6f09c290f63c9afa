import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import type { Pipelines } from "../../infra/build/pipelines.ts";
import { readPipelines, savePipelines } from "../../infra/build/pipelines-file.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-pipelines-"));
const path = join(folder, "pipelines.json");
const pipelines: Pipelines = { "github/push": { queue: "github-push" }, "x/y": { queue: "x-y", retired: true } };

after(() => rmSync(folder, { recursive: true, force: true }));

describe("infra/pipelines.json", () => {
  beforeEach(() => rmSync(path, { force: true }));

  it("holds nothing before the first synth", () => assert.deepEqual(readPipelines(path), {}));

  it("is written and read again, one line a field, and nothing is left beside it", () => {
    savePipelines(pipelines, { fixed: false, path });
    assert.deepEqual(readPipelines(path), pipelines);
    assert.equal(
      readFileSync(path, "utf8"),
      '{\n  "github/push": {\n    "queue": "github-push"\n  },\n  "x/y": {\n    "queue": "x-y",\n    "retired": true\n  }\n}\n',
    );
    assert.deepEqual(readdirSync(folder), ["pipelines.json"]);
  });

  it("is not touched where it says the same", () => {
    savePipelines(pipelines, { fixed: false, path });
    const { mtimeMs, ino } = statSync(path);
    savePipelines(pipelines, { fixed: false, path });
    savePipelines(pipelines, { fixed: true, path });
    assert.deepEqual([statSync(path).mtimeMs, statSync(path).ino], [mtimeMs, ino]);
  });

  it("is not written in CI: a difference fails, and names the files to commit", () => {
    savePipelines({}, { fixed: false, path });
    assert.throws(() => savePipelines(pipelines, { fixed: true, path }), /commit infra\/pipelines\.json$/);
    assert.deepEqual(readPipelines(path), {});
  });

  it("is refused when it holds something else, with the remedy", () => {
    for (const text of ["", "{", "[]", "null", '{"github/push":"github-push"}', '{"github/push":{}}', '{"a/b":null}']) {
      writeFileSync(path, text);
      assert.throws(
        () => readPipelines(path),
        /^TypeError: Cannot read .+pipelines\.json: it must hold .+git checkout/,
      );
    }
  });
});
