import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

const root = new URL("../../", import.meta.url);

/** The anchor that a heading gets on the web: lower case, spaces to "-". */
const anchors = (text: string) =>
  Array.from(text.matchAll(/^## (.+)$/gm), ([, heading = ""]) => heading.toLowerCase().replaceAll(" ", "-"));

describe("the runbook", () => {
  it("has a heading for every anchor that an alarm links to, and none besides", () => {
    const alarms = readFileSync(new URL("infra/alarms.ts", root), "utf8");
    const linked = new Set(Array.from(alarms.matchAll(/RUNBOOK\.md#([a-z-]+)/g), ([, anchor]) => anchor));
    assert.ok(linked.size > 0);
    assert.deepEqual(anchors(readFileSync(new URL("infra/RUNBOOK.md", root), "utf8")).sort(), [...linked].sort());
  });
});

describe("the README", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");

  it("links to files that are there", () => {
    const links = Array.from(readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g), ([, path = ""]) => path);
    assert.ok(links.length > 5);
    for (const path of links) assert.ok(readFileSync(new URL(path, root)).length > 0, path);
  });

  it("names scripts that package.json has", () => {
    const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    const named = Array.from(readme.matchAll(/npm run ([a-z]+)/g), ([, name = ""]) => name);
    assert.ok(named.length > 3);
    for (const name of named) assert.ok(Object.hasOwn(scripts, name), name);
  });
});
