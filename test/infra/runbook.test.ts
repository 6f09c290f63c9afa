import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { kinds } from "../../infra/constructs/alarms/kinds.ts";
import { counted } from "../../lambdas/aws/log/metrics.ts";
import { readStack } from "../../local/template.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

const root = new URL("../../", import.meta.url);

const runbook = readFileSync(new URL("infra/RUNBOOK.md", root), "utf8");
const [, alarmsPart = ""] = /^# Alarms\n([\s\S]*?)(?=^# |(?![\s\S]))/m.exec(runbook) ?? [];
const sections = alarmsPart.split(/^## /m).slice(1);
/** The anchor that a heading gets on the web: lower case, spaces to "-". */
const anchors = sections.map((section) => (section.split("\n")[0] ?? "").toLowerCase().replaceAll(" ", "-"));

/** Every alarm of a stage that has one of each kind, composites too: its name and its text. */
function synthesizedAlarms(): readonly (readonly [name: string, text: string])[] {
  const sources = { github: { expectedWithinHours: 6, spill: true } };
  const app = synthesize([eventFile("github/push"), eventFile("github/issues"), eventFile("stripe/_other")], ["dev"], {
    sources,
  });
  const all = readStack(app.of("dev").folder, "Hookline-dev");
  app.remove();
  return all
    .filter(({ type }) => type === "AWS::CloudWatch::Alarm" || type === "AWS::CloudWatch::CompositeAlarm")
    .map(({ properties }) => [String(properties.AlarmName), String(properties.AlarmDescription)]);
}

describe("the runbook", () => {
  const alarms = synthesizedAlarms();
  const linked = alarms.map(([, text]) => /: see infra\/RUNBOOK\.md#([a-z-]+)$/.exec(text)?.[1] ?? text);

  it("has one section for every alarm, which its link names, and no others", () => {
    assert.deepEqual([...anchors].sort(), [...new Set(linked)].sort());
    assert.deepEqual([...anchors].sort(), Object.keys(kinds).sort());
  });

  it("has the names that alarms end in", () => {
    for (const [index, [name]] of alarms.entries()) assert.ok(name.endsWith(`-${linked[index]}`), name);
  });

  it("is linked to by texts that say the harm first", () => {
    for (const [, text] of alarms) assert.match(text, /^[A-Z][^#]{20,}: see infra/);
  });

  it("says of every alarm, and of no other, what is lost when nothing is done until morning", () => {
    const [, table = ""] = /^# If nothing is done until morning\n([\s\S]*?)^# /m.exec(runbook) ?? [];
    const named = Array.from(table.matchAll(/^\| ([a-z, -]+) \| \S/gm), ([, names = ""]) => names.split(", ")).flat();
    assert.deepEqual(named.sort(), Object.keys(kinds).sort());
  });

  it("has a command to look with, and one to act with, for every alarm", () => {
    for (const section of sections) {
      const [, look = "", act = ""] = /\*\*Look\*\*([\s\S]*)\*\*Do\*\*([\s\S]*)/.exec(section) ?? [];
      for (const part of [look, act]) assert.match(part, /^```sh\n\S/m, section.split("\n")[0]);
    }
  });

  it("looks for every line that an alarm counts", () => {
    for (const [kind, figures] of Object.entries({
      degraded: ["DedupeUnavailable", "MarkFailed", "Spilled"],
      "processor-failures": ["ItemsFailed", "ItemsDead"],
      "event-unreadable": ["Unreadable"],
    })) {
      const section = sections[anchors.indexOf(kind)] ?? "";
      const entries = Object.entries(counted).filter(([, of]) => of.some(({ figure }) => figures.includes(figure)));
      assert.ok(entries.length > 0, kind);
      // An entry's name is its step and its kind, which a line has as its text.
      for (const [name] of entries)
        assert.ok(section.includes(`$.text = "${name.replace(/^\S+ /, "")}"`), `${kind}: ${name}`);
    }
  });

  it("never sends a sample", () => {
    assert.doesNotMatch(runbook, /npm run send/);
  });

  it("gives the meaning, the place to look and the remedy of every alarm", () => {
    for (const section of sections) {
      const said = Array.from(section.matchAll(/^\*\*(\w+)\*\*: \S/gm), ([, word]) => word);
      assert.deepEqual(said, ["Means", "Look", "Do"], section.split("\n")[0]);
    }
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
