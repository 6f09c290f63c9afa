import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Provider } from "../../../lambdas/core/provider.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { scaffold } from "../../../operate/cli/new.ts";
import { writeNewFiles } from "../../../operate/scaffold/files.ts";
import { publishedType } from "../../../operate/scaffold/payload-type.ts";
import { withProvider } from "../../../operate/scaffold/register.ts";
import { lacking } from "../../shipped-event.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "hookline-new-"));
const isDeno = "Deno" in globalThis;
for (const path of [
  "lambdas",
  "infra",
  "local",
  "operate",
  "test",
  "examples",
  "package.json",
  "deno.json",
  "tsconfig.json",
  "cdk.json",
]) {
  // Without the packages of test/hosts: some 370 MB, where they are installed.
  cpSync(join(root, path), join(copy, path), { recursive: true, filter: (from) => !from.endsWith("node_modules") });
}
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
after(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a program of the copy as npm or Deno would, and says what it printed. */
async function run(file: string, ...args: readonly string[]): Promise<string> {
  const command = isDeno ? ["run", "-A", "--no-check", file] : [file];
  return (await promisify(execFile)(process.execPath, [...command, ...args], { cwd: copy })).stdout;
}

/** Runs tests of the copy. Rejects where one fails. */
async function test(...files: readonly string[]): Promise<string> {
  // The suite of every provider would take long; that of the new one is what counts.
  return await testAll(...(isDeno ? ["--filter", "acme-pay"] : ["--test-name-pattern=acme-pay"]), ...files);
}

/** Runs all tests of files of the copy. Rejects where one fails. */
async function testAll(...files: readonly string[]): Promise<string> {
  const command = isDeno ? ["test", "-A", "--no-check"] : ["--test", "--test-reporter=tap"];
  const environment = { ...process.env };
  // Or the inner run would report to the outer one.
  delete environment.NODE_TEST_CONTEXT;
  const options = { cwd: copy, env: environment, maxBuffer: 64 * 1_048_576 };
  return (await promisify(execFile)(process.execPath, [...command, ...files], options)).stdout;
}

/** Fails where a file that `new` may have made or changed has a wrong type. All else is as it was. */
async function checkTypes(): Promise<void> {
  if (isDeno) return;
  const project = join(copy, "tsconfig.made.json");
  writeFileSync(project, JSON.stringify({ extends: "./tsconfig.json", include: made }));
  await promisify(execFile)(process.execPath, [join(root, "node_modules/.bin/tsc"), "-p", project]);
}

/** Fails where Biome would write a file otherwise. */
function assertFormatted(file: string): void {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  if (isDeno) return;
  const options = { input: readFileSync(file), encoding: "utf8", cwd: root } as const;
  // Under the name of a file of this folder: Biome looks into no other.
  const args = [biome, "format", "--stdin-file-path=lambdas/events/made.ts"];
  assert.equal(spawnSync(process.execPath, args, options).stdout, readFileSync(file, "utf8"));
}

/** Where `new` writes. */
const made = ["lambdas/events", "lambdas/providers", "test/events", "test/providers/rows", "test/providers/identities"];
/** Every file that `new` may make. */
const listed = () =>
  made.flatMap((folder) => readdirSync(join(copy, folder), { recursive: true, encoding: "utf8" }).sort());

describe("new", () => {
  it("makes a provider on which the whole suite runs, and an event of it that is done", async () => {
    const said = await run("operate/cli/hookline.ts", "new", "provider", "acme-pay");
    assert.match(said, /wrote lambdas\/providers\/acme-pay\.ts[\s\S]*changed lambdas\/providers\/mod\.ts/);
    assert.match(
      await run("operate/cli/hookline.ts", "new", "event", "acme-pay/order.created"),
      /wrote test\/events\/acme-pay/,
    );
    const passed = await test(
      "test/providers/providers.test.ts",
      "test/providers/samples.test.ts",
      "test/events/acme-pay/order.created.test.ts",
    );
    assert.match(passed, /acme-pay/);
    assert.ok(passed.includes("is done with the provider's sample"));
    await checkTypes();
  });

  it("makes a provider whose suite fails once its description is wrong", async () => {
    const file = join(copy, "lambdas/providers/acme-pay.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace('encoding: "hex"', 'encoding: "base64"'));
    await assert.rejects(test("test/providers/providers.test.ts"), ({ stdout }: { readonly stdout: string }) => {
      assert.match(stdout, /acme-pay/);
      return true;
    });
    writeFileSync(file, text);
  });

  it("makes an event whose provider has samples, in a folder of its own where its type has a slash", async () => {
    await run("operate/cli/hookline.ts", "new", "event", "generic/orders/create");
    await run("operate/cli/hookline.ts", "new", "event", "stripe/customer.tax_id.created");
    assert.ok(existsSync(join(copy, "lambdas/events/generic/orders/create.ts")));
    const sample = JSON.parse(
      readFileSync(join(copy, "lambdas/providers/samples/stripe/customer.tax_id.created.json"), "utf8"),
    );
    assert.deepEqual(sample, { id: "sample", type: "customer.tax_id.created", livemode: false });
  });

  it("makes an event of a well-known type with a type of its sample's fields, which compiles", async () => {
    const said = await run("operate/cli/hookline.ts", "new", "event", "stripe/payment_intent.succeeded");
    assert.doesNotMatch(said, /samples/);
    const file = join(copy, "lambdas/events/stripe/payment_intent.succeeded.ts");
    const text = readFileSync(file, "utf8");
    assert.match(
      text,
      /readonly object: \{\n {6}readonly id: string;\n {6}readonly object: string;\n {6}readonly amount: number;/,
    );
    assert.match(text, /readonly payment_method_types: readonly string\[\];/);
    await run("operate/cli/hookline.ts", "new", "event", "github/issue_comment.created");
    for (const made of [file, join(copy, "lambdas/events/github/issue_comment.created.ts")]) assertFormatted(made);
    const read = text
      .replace("async ({ event,", "async ({ event, payload,")
      .replace("event.id,", "payload.data.object.amount,");
    assert.notEqual(read, text);
    writeFileSync(file, read.replace("id: payload", "amount: payload"));
    await checkTypes();
    await testAll("test/events/stripe/payment_intent.succeeded.test.ts");
    await testAll("test/events/github/issue_comment.created.test.ts");
  });

  it("makes an event whose payload has the type that its provider publishes, where that package is installed", async () => {
    const modules = mkdtempSync(join(tmpdir(), "hookline-types-"));
    const types = join(modules, "node_modules/@octokit/webhooks-types");
    mkdirSync(types, { recursive: true });
    writeFileSync(join(types, "schema.d.ts"), "export interface ReleasePublishedEvent { readonly action: string }\n");
    try {
      assert.deepEqual(publishedType(modules, providers.github as Provider, "release.published"), {
        declared: 'import type { ReleasePublishedEvent } from "@octokit/webhooks-types";',
        name: "ReleasePublishedEvent",
      });
      assert.equal(publishedType(modules, providers.github as Provider, "release"), undefined);
      assert.equal(publishedType(modules, providers.stripe as Provider, "invoice.paid"), undefined);
    } finally {
      rmSync(modules, { recursive: true });
    }
  });

  it("has a sample of the ten commonest types of GitHub, Stripe, Shopify and Slack", () => {
    for (const name of ["github", "stripe", "shopify", "slack"]) {
      const files = readdirSync(join(root, "lambdas/providers/samples", name), { recursive: true, encoding: "utf8" });
      assert.equal(files.filter((file) => file.endsWith(".json")).length, 10, name);
    }
  });

  it("says where deliveries go that the same sender signs in another way", {
    skip: lacking("hotmart-hottok/PURCHASE_APPROVED"),
  }, async () => {
    const said = await run("operate/cli/hookline.ts", "new", "event", "hotmart/PURCHASE_REFUNDED");
    assert.match(said, /^Note: deliveries with the header x-hotmart-hottok, .+ go to \/hotmart-hottok$/m);
  });

  it("overwrites nothing, and writes nothing then", { skip: lacking("github/push") }, async () => {
    const made: string[] = [];
    const twice = () => scaffold(["event", "github/push"], (line) => made.push(line), copy);
    await assert.rejects(twice(), { message: "Cannot make lambdas/events/github/push.ts: it is there already" });
    await assert.rejects(
      scaffold(["provider", "stripe"], () => {}, copy),
      /is there already/,
    );
    const mod = readFileSync(join(copy, "lambdas/providers/mod.ts"), "utf8");
    assert.equal(mod.split('from "./stripe.ts"').length, 2);
    assert.deepEqual(made, []);
  });

  it("writes none of several files where one cannot be written", () => {
    const folder = mkdtempSync(join(tmpdir(), "hookline-none-"));
    const file = (path: string) => ({ path, text: "made" });
    writeFileSync(join(folder, "before"), "");
    for (const last of ["before/a.ts", "new/deep/a.ts/b.ts"]) {
      const files = [file("new/deep/a.ts"), file("b.ts"), file(last)];
      assert.throws(
        () => writeNewFiles(folder, files),
        /^TypeError: Cannot write .*: E[A-Z]+; see that its folder can be made/,
      );
      assert.deepEqual(readdirSync(folder), ["before"]);
    }
    rmSync(folder, { recursive: true });
  });

  it("asks for the sample's type where an event is nearly named so", async () => {
    const printed: string[] = [];
    await scaffold(["event", "github/Issue.s"], (line) => printed.push(line), copy);
    assert.ok(printed.includes('Note: no sample of GitHub is of "Issue.s"; did you mean issues?'), printed.join("\n"));
    for (const line of printed) {
      const [, path] = /^wrote (.*)$/.exec(line) ?? [];
      if (path !== undefined) rmSync(join(copy, path));
    }
  });

  it("refuses an invalid type or file name, and writes nothing", async () => {
    const before = listed();
    const [newline, tab, zero, erase, hidden] = ["\n", "\t", "\0", "\u001b[2J", "\u202e"];
    for (const type of [
      ...['a"b', "a'b", "a`b", "a\\b", '"); process.exit(1); ("', `a${newline}b`, `a${tab}b`, `a${zero}b`, erase],
      ...[`a${hidden}b`, "a\u2028b", "\ud800", "a*", "*", "a<b", "a>b", "a|b", "a?b", "a#b"],
      ...[
        "..",
        "../x",
        "a/../../../x",
        "a/..",
        "./a",
        "a/./b",
        ".hidden",
        "a/.b",
        "a//b",
        "a/",
        "/a",
        " a",
        "a ",
        "a.",
        "a/b ./c",
      ],
      ...["con", "NUL", "aux.created", "a/com1", "a/LPT9.x"],
      ...["job.test", "job.d", "漢".repeat(100), "a".repeat(122)],
    ]) {
      const make = () => scaffold(["event", `github/${type}`], () => {}, copy);
      await assert.rejects(
        make(),
        ({ name, message }: Error) => {
          assert.equal(name, "TypeError");
          assert.match(message, /^Cannot make event "github\//);
          assert.doesNotMatch(message, /\p{C}/u, "what came is told escaped");
          return true;
        },
        JSON.stringify(type),
      );
    }
    assert.deepEqual(listed(), before);
  });

  it("refuses a source that is none, names of Object's own included", async () => {
    for (const source of ["constructor", "to-string", "acme", "gihtub"]) {
      const message = new RegExp(`^Cannot make event "${source}/push": there is no provider "${source}"`);
      await assert.rejects(
        scaffold(["event", `${source}/push`], () => {}, copy),
        { name: "UsageError", message },
      );
    }
    for (const source of ["GitHub", "git_hub", "1a", "a".repeat(41), "", "git hub", "git\nhub"]) {
      const message = /^Cannot make event ".*": it is <source>\/<type>/;
      await assert.rejects(
        scaffold(["event", `${source}/push`], () => {}, copy),
        { name: "UsageError", message },
      );
    }
  });

  it("refuses a type whose queue another event file has", {
    skip: lacking("stripe/invoice.paid") || lacking("github/push"),
  }, async () => {
    const before = listed();
    for (const type of ["Push", "PUSH"]) {
      const message = `Cannot make event "github/${type}": github/push.ts would have the same queue; name the type in its options.types`;
      await assert.rejects(
        scaffold(["event", `github/${type}`], () => {}, copy),
        { name: "TypeError", message },
      );
    }
    await assert.rejects(
      scaffold(["event", "stripe/invoice_paid"], () => {}, copy),
      /stripe\/invoice\.paid\.ts would have/,
    );
    assert.deepEqual(listed(), before);
  });

  it("writes the names of all other types as text", async () => {
    const types = [
      "Push Hook",
      "prix.modifié",
      "repo:push",
      "50%off",
      "a$b",
      "a$" + "{x}",
      "a{b}",
      "x--y",
      "__proto__",
      "a&b=c",
    ];
    for (const type of types) await scaffold(["event", `mux/${type}`], () => {}, copy);
    const all = "test/events/mux/*.test.ts";
    const environment = { ...process.env };
    delete environment.NODE_TEST_CONTEXT;
    const said = await promisify(execFile)(
      process.execPath,
      isDeno ? ["test", "-A", "--no-check", "test/events/mux/"] : ["--test", "--test-reporter=tap", all],
      { cwd: copy, env: environment, maxBuffer: 64 * 1_048_576 },
    );
    if (!isDeno) assert.match(said.stdout, new RegExp(`# pass ${types.length}\\b`));
    for (const type of types) {
      const text = readFileSync(join(copy, `lambdas/events/mux/${type}.ts`), "utf8");
      assert.ok(text.includes(JSON.stringify(`Events of mux/${type} are not handled`)), type);
      rmSync(join(copy, `lambdas/events/mux/${type}.ts`));
    }
  });

  it("refuses a provider whose constant would be invalid or is taken, and changes nothing", async () => {
    const before = listed();
    const mod = readFileSync(join(copy, "lambdas/providers/mod.ts"), "utf8");
    for (const name of [
      ...["acme-", "a--b", "Acme", "1a", "a_b", "a b", "a\nb", 'a"b', "../a", "a/b", "é", "a".repeat(41)],
      ...["new", "class", "default", "delete", "await", "enum", "eval", "let", "then", "undefined"],
      ...["providers", "create-generic", "define-provider", "con", "nul", "mod"],
    ]) {
      const message = /^Cannot make (provider "|lambdas\/providers\/)/;
      await assert.rejects(
        scaffold(["provider", name], () => {}, copy),
        { name: "TypeError", message },
        name,
      );
    }
    assert.equal(readFileSync(join(copy, "lambdas/providers/mod.ts"), "utf8"), mod);
    assert.deepEqual(listed(), before);
  });

  it("fails for invalid arguments, with what was expected", async () => {
    const failing = (args: readonly string[], message: RegExp) =>
      assert.rejects(
        scaffold(args, () => {}, copy),
        (error: Error) => error instanceof TypeError && message.test(error.message),
      );
    await failing([], /^Cannot run new: /);
    await failing(["thing", "x"], /^Cannot run new: /);
    await failing(["event", "push"], /it is <source>\/<type>/);
    await failing(["event", "acme/push"], /there is no provider "acme"/);
    await failing(["event", "github/../../x"], /a type takes no/);
    await failing(["provider", "Acme"], /its name is lower-case letters/);
  });
});

describe("README's event file", () => {
  it("runs as pasted over the file that `new event` wrote: its test passes, and it runs alone", async () => {
    await run("operate/cli/hookline.ts", "new", "event", "github/issues");
    const file = join(copy, "lambdas/events/github/issues.ts");
    const [pasted = ""] =
      readFileSync(join(root, "README.md"), "utf8").match(
        /(?<=```ts\n)(?:(?!```)[\s\S])*New issues are not triaged[\s\S]*?(?=```)/,
      ) ?? [];
    assert.notEqual(pasted, "");
    writeFileSync(file, pasted);
    assert.match(await run("operate/cli/hookline.ts", "test", "github/issues"), /is done with the provider's sample/);
    const sample = "lambdas/providers/samples/github/issues.json";
    const said = await run("operate/cli/hookline.ts", "run", "github/issues", "--event", sample);
    assert.match(said, /^info {2}issue \{"action":"opened","number":12,"idempotencyKey":"[\w-]+"\}\ndone in/);
    writeFileSync(file, pasted.replace('log.info("issue"', 'throw new Error("no triage"'));
    await assert.rejects(
      run("operate/cli/hookline.ts", "test", "github/issues"),
      ({ code, stdout }: { readonly code: number; readonly stdout: string } & Error) => {
        assert.equal(code, 1);
        assert.match(stdout, /no triage/);
        return true;
      },
    );
    rmSync(file);
  });

  it("is told from one without a test", async () => {
    await assert.rejects(run("operate/cli/hookline.ts", "test", "github/gone"), ({ code, stderr }: Failed) => {
      assert.equal(code, 1);
      assert.match(stderr, /^Cannot test github\/gone: there is no test\/events\/github\/gone\.test\.ts; /);
      return true;
    });
  });
});

type Failed = Error & { readonly code: number; readonly stderr: string };

describe("an event file that is broken after it was made", () => {
  it("is named in one sentence by start, sources and synth, with line, column and code", async () => {
    const file = join(copy, "lambdas/events/github/broken.ts");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "export const a = 1;\nconst x = ;\n");
    const said = "Cannot load event file github/broken.ts:2:11: Expression expected\n  const x = ;\n";
    try {
      for (const [program = "", ...args] of [
        ["operate/cli/hookline.ts", "start", "--port", "0"],
        ["operate/cli/hookline.ts", "sources"],
        ["infra/app.ts"],
      ]) {
        await assert.rejects(run(program, ...args), ({ stderr, code }: { stderr: string; code: number } & Error) => {
          assert.deepEqual([stderr, code], [said, 1], `${program} ${args[0] ?? ""}`);
          return true;
        });
      }
    } finally {
      rmSync(file);
    }
  });
});

describe("the record of providers", () => {
  it("takes a further one in all three places, in order", () => {
    const mod = 'import { b } from "./b.ts";\n\nexport {\n  b,\n};\n\nexport const providers: R = {\n  b,\n};\n';
    const first = withProvider(mod, "a");
    assert.equal(
      withProvider(first, "c-d"),
      'import { a } from "./a.ts";\nimport { b } from "./b.ts";\nimport { cD } from "./c-d.ts";\n\nexport {\n  a,\n  b,\n  cD,\n};\n\nexport const providers: R = {\n  a,\n  b,\n  "c-d": cD,\n};\n',
    );
    assert.throws(() => withProvider("export {};\n", "a"), /add it by hand/);
  });
});
