import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { command, findRuntimes, folder, type Host, hosts, versionIn } from "./hosts.ts";
import { buildNext, createHostsProject, nextCommand } from "./project.ts";
import { type Started, start } from "./started.ts";
import { cases, tryExample } from "./suite.ts";
import { head, line, tableLines, writeTable } from "./table.ts";

// Runs the suite on every host whose runtime is here, then compares with the table in docs/using.md, or with --write makes it.
const isWriting = process.argv.includes("--write");
const runtimes = findRuntimes();
const project = createHostsProject();
const running = new Set<Started>();
const rows = new Map<Host, string>();
after(async () => {
  await Promise.all([...running].map((started) => started.stop()));
  project.remove();
});

async function startHost(args: readonly string[], where: string): Promise<Started> {
  const started = await start(args, { folder: where });
  running.add(started);
  return started;
}

for (const host of hosts) {
  const runtime = runtimes[host.runtime];
  const title = `${host.name} on ${host.runtime}`;
  if (runtime === undefined) {
    it.skip(`${title}: there is no ${host.runtime} here`, () => {});
    continue;
  }
  const isNext = host.app === "next";
  const passed = new Set<string>();
  describe(title, () => {
    let own: Promise<Started> | undefined;
    const app = () => {
      if (own !== undefined) return own;
      if (isNext) buildNext(project, runtime.program);
      const args = isNext
        ? nextCommand(runtime.program)
        : command(host, runtime.program, join(folder, "apps", host.app));
      own = startHost(args, isNext ? project.next : folder);
      return own;
    };
    for (const [name, check] of Object.entries(cases)) {
      it(name, { timeout: 60_000 }, async () => {
        await check(await app());
        passed.add(name);
      });
    }

    it("as its example has it", { timeout: 60_000 }, async () => {
      const { file, path } = host.example;
      const args = command(host, runtime.program, join(project.examples, file));
      const example = isNext ? await app() : await startHost(args, folder);
      await tryExample(example, path);
    });

    it("ends with a row", () => {
      const { name } = host;
      rows.set(host, line({ name, version: versionIn(host), runtime: `${host.runtime} ${runtime.version}`, passed }));
    });
  });
}

it("has apps and examples that are right in their types", () => {
  assert.equal(project.check(), "");
  if (runtimes.Deno !== undefined) assert.equal(project.checkDeno(runtimes.Deno.program), "");
});

it(isWriting ? "writes the table of docs/using.md" : "finds the table of docs/using.md right", () => {
  assert.ok(rows.size > 0, "there is neither Node nor Deno");
  if (isWriting) {
    assert.equal(rows.size, hosts.length, "the table is written where Node and Deno are both there");
    writeTable([...head(), ...rows.values()]);
  }
  const said = tableLines();
  assert.deepEqual(said.slice(0, 2), head());
  assert.equal(said.length, 2 + hosts.length);
  for (const [host, row] of rows) assert.equal(said[2 + hosts.indexOf(host)], row, "run npm run hosts -- --write");
});
