import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { readEventFiles } from "../../../infra/build/event-files.ts";
import { watchEventFiles } from "../../../local/watch.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-watch-"));
after(() => rmSync(folder, { recursive: true, force: true }));
/** One of its own for each test: Deno does not watch again what was removed. */
let events = folder;

const core = new URL("../../../lambdas/core/processing/processor.ts", import.meta.url).href;
const text = `import { processor } from ${JSON.stringify(core)};
export default processor({ impact: "Harm is done" }, async () => {});
`;

/** Beside an event file: what tests, types and editors leave there. */
const others = [
  "push.test.ts",
  "push.d.ts",
  ".push.ts",
  "._push.ts",
  ".idea/push.ts",
  "orders/.#create.ts",
  "push.ts~",
  "push.ts.swp",
  "push.ts.bak",
  "#push.ts#",
  "push.ts___jb_tmp___",
  "4913",
];

function save(name: string, content = text): void {
  const path = join(events, "github", name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
}

/** What is said of what `change` does to the folder, up to what is said of a new event file behind it. */
async function saidOf(change: () => void, update = async () => {}): Promise<readonly string[]> {
  mkdirSync(join(events, "github/orders"), { recursive: true });
  mkdirSync(join(events, "github/.idea"), { recursive: true });
  const said: string[] = [];
  const last = Promise.withResolvers<void>();
  const behind = ["behind-1.ts", "behind-2.ts"];
  const watcher = watchEventFiles({
    ...{ folder: events, events: () => [], bundles: folder, running: { replaceProcessor: async () => {} } },
    update,
    say(line) {
      if (!line.includes("behind-")) said.push(line);
      // A file may be reported several times, and is spoken of after the last: what is saved from here on comes later.
      else if (line.includes("behind-1.ts") && behind.length > 0) save(behind.pop() ?? "");
      else if (line.includes("behind-2.ts")) last.resolve();
    },
  });
  try {
    change();
    save(behind.shift() ?? "");
    await last.promise;
    return said;
  } finally {
    watcher.close();
  }
}

const anew = () => {
  events = mkdtempSync(join(folder, "events-"));
};

describe("the watcher of event files", () => {
  beforeEach(anew);

  it("takes no test, declaration, dotfile or backup that is saved for a new event", async () => {
    assert.deepEqual(await saidOf(() => others.forEach((name) => void save(name))), []);
  });

  it("has the run take up a new event file, and says so before and after", async () => {
    const said = await saidOf(() => save("issues.ts"));
    assert.ok(said.length >= 2);
    assert.match(said[0] ?? "", /^github\/issues\.ts is new: the run takes it up$/);
    assert.ok(said.some((line) => /^took up github\/issues\.ts in \d+ ms$/.test(line)));
  });

  it("notices a file that is replaced by another, as editors do, however often, and a folder that is made anew", async () => {
    for (const round of [1, 2, 3]) {
      const said = await saidOf(() => {
        save("issues.ts~", text);
        renameSync(join(events, "github/issues.ts~"), join(events, "github/issues.ts"));
      });
      assert.ok(
        said.some((line) => line.startsWith("took up github/issues.ts")),
        `round ${round}`,
      );
    }
    const change = () => {
      rmSync(join(events, "stripe"), { recursive: true, force: true });
      mkdirSync(join(events, "stripe"));
      writeFileSync(join(events, "stripe/invoice.paid.ts"), text);
    };
    for (const round of [1, 2]) {
      const said = await saidOf(change);
      assert.ok(
        said.some((line) => line.startsWith("took up stripe/invoice.paid.ts")),
        `round ${round}`,
      );
    }
  });

  it("says why one cannot be taken up", async () => {
    const said = await saidOf(
      () => save("issues.ts"),
      () => Promise.reject(new TypeError("it is broken")),
    );
    assert.ok(said.includes("could not take up github/issues.ts, the run goes on without: it is broken"));
  });

  it("does not report a file that is removed again as a new event", async () => {
    const change = () => {
      save("draft.ts");
      rmSync(join(events, "github/draft.ts"));
    };
    assert.deepEqual(await saidOf(change), []);
  });
});

describe("reading event files", () => {
  beforeEach(anew);

  it("finds none in tests, declarations, dotfiles and backups, nor stumbles over a lock that links to nothing", async () => {
    for (const name of others) save(name, "throw new Error('not to be imported');");
    save("push.ts");
    symlinkSync("somebody@host.1234", join(events, "github/.#push.ts"));
    const found = await readEventFiles(events);
    assert.deepEqual(
      found.map(({ name }) => name),
      ["github/push"],
    );
  });
});
