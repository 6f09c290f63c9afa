import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { queueSuffix, readEventFiles } from "../../infra/build/event-files.ts";
import { checkStages } from "../../infra/config.ts";
import { dlqName, queueName } from "../../infra/queue-names.ts";

const core = new URL("../../lambdas/core/processing/processor.ts", import.meta.url).href;
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

  it("refuses a folder that is not there in one sentence", async () => {
    const folder = join(folderOf({}), "webhoks");
    await assert.rejects(readEventFiles(folder), {
      name: "TypeError",
      message: `Cannot read event files: there is no folder ${folder}`,
    });
  });

  it("orders full names, not folder by folder, the same on every machine", async () => {
    const names = ["github/a", "github/a.b", "github/a/c", "github/ab", "github-eu/z"];
    const found = await read(Object.fromEntries(names.map((name) => [`${name}.ts`, eventFile()])));
    assert.deepEqual(
      found.map(({ name }) => name),
      ["github-eu/z", "github/a", "github/a.b", "github/a/c", "github/ab"],
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
      options: {
        ...{ impact: "Harm is done", timeoutSeconds: 7, memoryMegabytes: 256, batchSize: 10, maxConcurrency: 5 },
        retry: { attempts: 14, maxDelaySeconds: 3600 },
      },
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

  it("reads neither declarations nor tests, which may be beside them", async () => {
    const beside = { "github/push.d.ts": "export {};", "github/push.test.ts": 'throw new Error("a test was read");' };
    assert.deepEqual(await read(beside), []);
  });
});

describe("invalid event files", () => {
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

  it("fail when their names differ in case alone, longer ones than a queue's name holds included", async () => {
    for (const [one, other] of [
      ["gitlab/push", "gitlab/Push"],
      [`gitlab/${"p".repeat(80)}`, `gitlab/${"p".repeat(79)}P`],
    ]) {
      const files = { [`${one}.ts`]: eventFile(), [`${other}.ts`]: eventFile() };
      await assert.rejects(read(files), (error: Error) => {
        assert.match(error.message, /^Cannot tell lambdas\/events\/.+ apart: .+; rename one file/);
        assert.ok(error.message.includes(`${one}.ts`) && error.message.includes(`${other}.ts`), error.message);
        return true;
      });
    }
  });

  it("fail when CDK would give them one name", async () => {
    await assert.rejects(read({ "shopify/a/b.ts": eventFile(), "shopify/a--b.ts": eventFile() }), /shopify--a--b/);
  });

  it("fail when they export no processor", async () => {
    for (const text of [
      "export const nothing = 1;",
      "export default {};",
      'export default { options: { impact: "x" } };',
      'export default { options: { impact: "x" }, async run() {} };',
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
    await assert.rejects(read({ "github/push.ts": eventFile("timeoutSeconds: 0") }), {
      name: "RangeError",
      message: /^Cannot load event file github\/push\.ts:2:16: .*timeoutSeconds.*received 0/,
    });
  });
});

describe("a queue's suffix", () => {
  it("keeps letters, digits, - and _, and makes _ of everything else", () => {
    assert.equal(queueSuffix("stripe", "charge.failed/x y:Z-1_2"), "stripe-charge_failed_x_y_Z-1_2");
  });

  it("is as it is up to 50 characters, and hashed past them", () => {
    assert.equal(queueSuffix("github", "x".repeat(43)), `github-${"x".repeat(43)}`);
    const longer = queueSuffix("github", "x".repeat(44));
    assert.match(longer, /^github-x{34}-[0-9a-f]{8}$/);
    assert.equal(longer.length, 50);
  });

  it("fills SQS's 80 characters to the last, in the DLQ of a stage whose name is as long as can be", () => {
    const stage = "s".repeat(16);
    checkStages({ [stage]: { removeData: true, logDays: 1 } });
    const suffix = queueSuffix("github", "x".repeat(43));
    assert.equal(dlqName(stage, suffix), `hookline-dlq-${stage}-github-${"x".repeat(43)}`);
    assert.equal(dlqName(stage, suffix).length, 80);
    for (const type of ["x".repeat(121), "é/".repeat(60), "a b.c:d".repeat(10)]) {
      for (const name of [queueName(stage, queueSuffix("github", type)), dlqName(stage, queueSuffix("github", type))]) {
        assert.match(name, /^[A-Za-z0-9_-]{1,80}$/);
      }
    }
  });

  it("tells types apart that begin alike", () => {
    assert.notEqual(queueSuffix("github", `${"x".repeat(60)}a`), queueSuffix("github", `${"x".repeat(60)}b`));
  });

  it("never changes, since a queue's name never does", () => {
    assert.equal(queueSuffix("github", "x".repeat(60)), "github-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-b35bd7fd");
    assert.equal(
      queueSuffix("stripe", "customer.subscription.trial_will_end"),
      "stripe-customer_subscription_trial_will_end",
    );
  });
});

describe("an event file that cannot be loaded", () => {
  const isDeno = "Deno" in globalThis;
  const faults: Readonly<Record<string, readonly [text: string, at: string, code: string]>> = {
    "a syntax error": ["export const a = 1;\nconst x = ;\n", "2:11", "const x = ;"],
    "an error of its top level": [
      "const a: { b?: string } = {};\nexport const k = a.b\n  .trim();\n",
      "3:4",
      ".trim();",
    ],
    "a wrong option": [eventFile("timeoutSecond: 3"), "2:16", 'export default processor({ impact: "Harm is done"'],
    "an import that is missing": [
      'import { x } from "./processr.ts";\nexport default x;\n',
      isDeno ? "1:19" : "1:22",
      'import { x } from "./processr.ts";',
    ],
    // Deno takes an enum.
    ...(isDeno
      ? {}
      : { "an enum": ["const a = 1;\n  enum Kind { a }\nexport default Kind;\n", "2:3", "enum Kind { a }"] }),
  };
  for (const [name, [text, at, code]] of Object.entries(faults)) {
    it(`is named with line, column and code: ${name}`, async () => {
      await assert.rejects(read({ "github/push.ts": text }), ({ message }: Error) => {
        const [first = "", second = "", ...more] = message.split("\n");
        assert.match(first, new RegExp(`^Cannot load event file github/push\\.ts:${at}: .`));
        assert.ok(second.startsWith(`  ${code}`), second);
        assert.deepEqual(more, []);
        return true;
      });
    });
  }
});
