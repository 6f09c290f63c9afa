import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { folder, hosts, versionIn } from "../hosts/hosts.ts";
import { head, tableLines } from "../hosts/table.ts";
import { root } from "./code-blocks.ts";

const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

describe("test/hosts, which has packages of its own", () => {
  it("pins them exactly, and locks them without download addresses", () => {
    const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = read("package.json");
    const { packages } = read("package-lock.json");
    for (const [name, version] of Object.entries(dependencies)) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      assert.equal(packages[`node_modules/${name}`].version, version);
    }
    assert.deepEqual(packages[""].dependencies, dependencies);
    for (const [path, locked] of Object.entries<{ readonly resolved?: string; readonly integrity?: string }>(
      packages,
    )) {
      assert.equal(locked.resolved, undefined, path);
      if (path !== "") assert.match(locked.integrity ?? "", /^sha512-/, path);
    }
  });

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
