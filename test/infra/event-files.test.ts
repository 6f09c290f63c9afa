import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { queueSuffix, readEventFiles } from "../../infra/event-files.ts";

const core = new URL("../../lambdas/core/processor.ts", import.meta.url).href;
const folders: string[] = [];

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The text of an event file with these further options. */
const eventFile = (options = "") =>
  `import { processor } from ${JSON.stringify(core)};
export default processor({ impact: "Harm is done", ${options} }, async () => {});
`;

/** A folder with these files in it, by their names. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hookline-events-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const read = (files: Readonly<Record<string, string>>) => readEventFiles(folderOf(files));

describe("reading event files", () => {
  it("finds every file, in order of their names", async () => {
    const found = await read({
      "stripe/charge.failed.ts": eventFile(),
      "github/push.ts": eventFile(),
      "github/issues.ts": eventFile(),
    });
    assert.deepEqual(
      found.map(({ name }) => name),
      ["github/issues", "github/push", "stripe/charge.failed"],
    );
  });

  it("takes source, type, queue, types and options from a file", async () => {
    const folder = folderOf({ "stripe/charge.failed.ts": eventFile("timeoutSeconds: 7") });
    const [found] = await readEventFiles(folder);
    assert.deepEqual(found, {
      source: "stripe",
      type: "charge.failed",
      name: "stripe/charge.failed",
      path: join(folder, "stripe/charge.failed.ts"),
      queue: "stripe-charge_failed",
      types: ["charge.failed"],
      options: { impact: "Harm is done", timeoutSeconds: 7 },
    });
  });

  it('takes a folder in a source for a "/" in the event type', async () => {
    const [found] = await read({ "shopify/orders/create.ts": eventFile() });
    assert.equal(found?.source, "shopify");
    assert.equal(found?.type, "orders/create");
    assert.equal(found?.queue, "shopify-orders_create");
  });

  it("adds the types that options.types names", async () => {
    const [found] = await read({ "gitlab/push.ts": eventFile('types: ["Push Hook", "tag_*"]') });
    assert.deepEqual(found?.types, ["push", "Push Hook", "tag_*"]);
  });

  it("gives _other no type of its own", async () => {
    const [found] = await read({ "github/_other.ts": eventFile() });
    assert.equal(found?.type, "_other");
    assert.deepEqual(found?.types, []);
    assert.equal(found?.queue, "github-_other");
  });

  it("reads no file that is not TypeScript", async () => {
    assert.deepEqual(await read({ "github/README.md": "# GitHub" }), []);
  });
});

describe("event files that cannot be", () => {
  it("fail with both names when two would share a queue", async () => {
    await assert.rejects(read({ "stripe/a.b.ts": eventFile(), "stripe/a_b.ts": eventFile() }), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /stripe\/a\.b\.ts/);
      assert.match(error.message, /stripe\/a_b\.ts/);
      assert.match(error.message, /options\.types/);
      return true;
    });
  });

  it("fail when their queues differ in case alone", async () => {
    await assert.rejects(read({ "stripe/a/b.ts": eventFile(), "stripe/A_B.ts": eventFile() }), /stripe-a_b/);
  });

  it("fail when they export no processor", async () => {
    for (const text of [
      "export const nothing = 1;",
      "export default {};",
      'export default { options: { impact: "x" } };',
    ]) {
      await assert.rejects(
        read({ "github/push.ts": text }),
        new TypeError("Cannot use event file github/push.ts: it must export default processor(options, run)"),
      );
    }
  });

  it("fail when their folder is no name of a source", async () => {
    for (const name of ["Git_Hub/push.ts", "1st/push.ts"]) {
      await assert.rejects(read({ [name]: eventFile() }), /it must stand in a folder named as its source/);
    }
  });

  it("fail when they stand in no source's folder", async () => {
    await assert.rejects(read({ "push.ts": eventFile() }), /Cannot use event file push\.ts: it must stand in a folder/);
  });

  it('fail when their name holds a "#" or is longer than a record\'s key may be', async () => {
    for (const type of ["a#b", "x".repeat(130)]) {
      await assert.rejects(read({ [`github/${type}.ts`]: eventFile() }), /takes no "#" and at most 128 characters/);
    }
  });

  it("fail with the processor's own words when its options are wrong", async () => {
    await assert.rejects(read({ "github/push.ts": eventFile("timeoutSeconds: 0") }), /timeoutSeconds.*received 0/);
  });
});

describe("a queue's suffix", () => {
  it("keeps letters, digits, - and _, and makes _ of everything else", () => {
    assert.equal(queueSuffix("stripe", "charge.failed/x y:Z-1_2"), "stripe-charge_failed_x_y_Z-1_2");
  });

  it("is as it is up to 48 characters, and hashed past them", () => {
    assert.equal(queueSuffix("github", "x".repeat(41)), `github-${"x".repeat(41)}`);
    const longer = queueSuffix("github", "x".repeat(42));
    assert.match(longer, /^github-x{32}-[0-9a-f]{8}$/);
    assert.equal(longer.length, 48);
  });

  it("tells types apart that begin alike", () => {
    assert.notEqual(queueSuffix("github", `${"x".repeat(60)}a`), queueSuffix("github", `${"x".repeat(60)}b`));
  });

  it("is the same for ever, since a queue's name is", () => {
    assert.equal(queueSuffix("github", "x".repeat(60)), "github-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-b35bd7fd");
  });
});
