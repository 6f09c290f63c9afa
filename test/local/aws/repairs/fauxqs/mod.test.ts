import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { repairs } from "../../../../../local/aws/repairs/fauxqs/mod.ts";

const folder = new URL("../../../../../local/aws/repairs/fauxqs/", import.meta.url);
const upstream = new URL(".", import.meta.resolve("fauxqs"));
const { version } = JSON.parse(readFileSync(new URL("../package.json", upstream), "utf8"));
const files = readdirSync(folder).filter((file) => !["mod.ts", "repair.ts", "fauxqs.d.ts"].includes(file));

describe("the repairs of fauxqs", () => {
  for (const file of files) {
    it(`${file} says at its head which fault it mends, and where AWS documents the right thing`, () => {
      const [head = ""] = readFileSync(new URL(file, folder), "utf8").split(" */");
      assert.ok(head.startsWith(`/**\n * fauxqs ${version}, `), `a newer fauxqs, or no head: look again at ${file}`);
      const places = [...head.matchAll(/([\w/]+\.js):(\d+)/g)];
      assert.ok(places.length > 0);
      for (const [, path = "", line] of places) {
        const lines = readFileSync(new URL(path, upstream), "utf8").split("\n");
        assert.ok(lines[Number(line) - 1], `${path} has no line ${line}`);
      }
      assert.match(head, / \* https:\/\/docs\.aws\.amazon\.com\//);
    });
  }

  it("are all listed", () => {
    // What is old is deleted by whoever makes the bucket: the server itself has no part in it.
    const listed = [...Object.keys(repairs), "lifecycle"].map((name) => `${name}.ts`);
    assert.deepEqual(listed.sort(), files.sort());
  });

  it("are still needed for the address: fauxqs' own start listens on every interface", () => {
    assert.match(readFileSync(new URL("app.js", upstream), "utf8"), /app\.listen\(\{ port, host: "0\.0\.0\.0" \}\)/);
  });
});
