import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { hosts, versionIn } from "../hosts/hosts.ts";
import { head, tableLines } from "../hosts/table.ts";
import { root } from "./code-blocks.ts";

describe("test/hosts, which has packages of its own", () => {
  it("is described by docs/using.md, with the pinned versions", () => {
    const [first, second, ...rows] = tableLines();
    assert.deepEqual([first, second], head());
    const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
    const said = cells.map(([, name, version, on = ""]) => `${name} ${version} ${on.replace(/ .*/, "")}`);
    assert.deepEqual(
      said,
      hosts.map((host) => `${host.name} ${versionIn(host)} ${host.runtime}`),
    );
  });

  it("runs every example except the CDK app, and the pages link to each", () => {
    const pages = ["using", "deploying"].map((page) => readFileSync(join(root, `docs/${page}.md`), "utf8")).join();
    const tried = new Set(hosts.map(({ example }) => example.file.split("/")[0]));
    const there = readdirSync(join(root, "examples"));
    assert.deepEqual([...tried, "cdk-app"].sort(), there.sort());
    for (const name of there) assert.match(pages, new RegExp(`\\]\\(\\.\\./examples/${name}/`));
  });
});
