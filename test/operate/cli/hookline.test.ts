import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { commands } from "../../../operate/cli/commands.ts";
import { typed } from "../../../operate/cli/help.ts";
import { hookline } from "../../../operate/cli/hookline.ts";
import { asTyped } from "../../../operate/cli/runner.ts";
import { UsageError } from "../../../operate/cli/usage-error.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
const runtime = "Deno" in globalThis ? ["run", "-A"] : ["--import", "./infra/require-node.js"];
const all = await Promise.all(Object.values(commands).map(async (load) => await load()));

async function printed(...args: readonly string[]) {
  const lines: string[] = [];
  const code = await hookline(args, (line) => lines.push(line));
  return { code, lines };
}

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [...runtime, "operate/cli/hookline.ts", ...args], { cwd: root, encoding: "utf8" });
}

describe("hookline", () => {
  it("lists every command in one line, by help, -h, --help and without a word", async () => {
    const { code, lines } = await printed();
    assert.equal(code, 0);
    for (const { help } of all) {
      assert.equal(
        lines.filter((line) => line.trim().startsWith(`${help.name} `) && line.endsWith(help.says)).length,
        1,
      );
    }
    for (const word of ["help", "-h", "--help"]) assert.deepEqual((await printed(word)).lines, lines);
  });

  it("has each command under the name of its help, as a script of npm and a task of Deno", async () => {
    const { scripts } = JSON.parse(read("package.json"));
    const { tasks } = JSON.parse(read("deno.json"));
    for (const [name, load] of Object.entries(commands)) {
      const { help } = await load();
      assert.equal(help.name, name);
      if (help.script !== undefined) continue;
      assert.ok(scripts[name]?.endsWith(`operate/cli/hookline.ts ${name}`), name);
      assert.equal(tasks[name], `deno run -A operate/cli/hookline.ts ${name}`);
    }
  });

  it("names the nearest command to an unknown one", async () => {
    await assert.rejects(printed("docter"), { name: "UsageError", message: /no such command; did you mean doctor\?/ });
    await assert.rejects(printed("toString"), {
      name: "UsageError",
      message: /"toString": there is no such command\. /,
    });
  });

  it("ends with 2 and one line on wrong use, and with 0 on help", () => {
    const wrong = run("dlq", "lits");
    assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
    const runner = "Deno" in globalThis ? "deno task dlq" : "npm run dlq --";
    assert.equal(
      wrong.stderr,
      `Cannot run dlq: expected list, show, redrive, save, drop, received "lits"; did you mean list? Help: ${runner} --help\n`,
    );
    const help = run("doctor", "--help");
    assert.deepEqual([help.status, help.stderr], [0, ""]);
    assert.match(help.stdout, /^doctor: /);
  });
});

describe("the help of a command", () => {
  for (const { help } of all) {
    it(`has its purpose, usage, options with defaults, two examples and exit codes: ${help.name}`, async () => {
      for (const args of [
        [help.name, "--help"],
        [help.name, "anything", "-h"],
        ["help", help.name],
      ]) {
        const { code, lines } = await printed(...args);
        assert.equal(code, 0);
        assert.equal(lines[0], `${help.name}: ${help.says}`);
        assert.ok(lines.some((line) => line.startsWith(`Usage: ${typed(help)}`.replace(/ --$/, ""))));
        for (const [option, row] of Object.entries(help.options)) {
          const line = lines.find((one) => one.startsWith(`  --${option} `));
          assert.ok(line?.includes(row.says), option);
          assert.equal(line?.includes(`default: ${row.default}`), row.default !== undefined);
        }
        assert.equal(lines.filter((line) => line.startsWith(`  ${typed(help)}`.replace(/ --$/, ""))).length, 2);
        assert.equal(lines.at(-1), "Exit codes: 0 done, 1 refused or found something, 2 wrong use");
      }
    });

    it(`has examples of options that there are: ${help.name}`, () => {
      for (const example of help.examples) {
        for (const [, option = ""] of example.matchAll(/--([\w-]+)/g)) assert.ok(Object.hasOwn(help.options, option));
      }
    });

    it(`is named by an error, with the nearest option: ${help.name}`, async () => {
      const [option] = Object.keys(help.options).sort((one, other) => other.length - one.length);
      if (option === undefined) return;
      await assert.rejects(printed(help.name, `--${option}x`), (error: Error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, new RegExp(`there is no option --${option}x; did you mean --`));
        return error.message.endsWith(`Help: ${typed(help)} --help`);
      });
    });
  }

  it("is the row of README's table of commands", () => {
    const rows = read("README.md").match(/^\| `npm run [\w -]+` \| .*$/gm);
    assert.deepEqual(
      rows,
      all.map(({ help }) => `| \`${typed(help).replace(/ --$/, "")}\` | ${help.says} |`),
    );
  });
});

describe("the options of every command", () => {
  it("print nothing but errors with --quiet, and the exit code stays", async () => {
    const secret = fileURLToPath(new URL("../../../package.json", import.meta.url));
    const args = ["why", "--provider", "github", "--secret-file", secret, "--body-file", secret];
    const loud = await printed(...args);
    assert.deepEqual([loud.code, loud.lines.length > 1], [1, true]);
    assert.deepEqual(await printed(...args, "--quiet"), { code: 1, lines: [] });
  });

  it("print the stack of an error with --verbose alone, as a process", () => {
    const args = ["send", "github/push", "--url", "http://127.0.0.1:9", "--secret-file", "package.json"];
    const [plain, verbose] = [run(...args), run(...args, "--verbose")];
    assert.match(plain.stderr, /^Cannot post to http:\/\/127\.0\.0\.1:9: [\w ]+; see that it is on .*\n$/);
    assert.match(verbose.stderr, /^Cannot post to .*\n[\s\S]*\n +at .*post\.ts:\d+:\d+\)?\n[\s\S]*\ncaused by /);
    assert.deepEqual([plain.status, verbose.status], [1, 1]);
  });
});

describe("a wrong argument", () => {
  for (const args of [
    ["start", "--port", "x"],
    ["send", "github"],
    ["send", "github/push", "--times", "0", "--url", "http://127.0.0.1:1", "--secret-file", "package.json"],
    ["new", "event", "github"],
    ["sources", "nowhere"],
    ["test", "github"],
    ["run", "github/push"],
    ["run", "github/psuh", "--event", "package.json"],
    ["run", "github/push", "--event", "package.json", "--inspect", "--inspect-port", "x"],
    ["endpoints", "dev", "hackmamba", "list", "--url", "http://example.com"],
    ["secret", "--local", "--stack", "Shop", "github"],
    ["secret", "nowhere", "github"],
    ["doctor", "dev", "prod"],
    ["dlq", "list", "--most", "0"],
    ["pause", "nowhere", "github/push"],
    ["why", "--provider", "nobody", "--secret-file", "package.json", "--body-file", "package.json"],
    ["check-endpoint", "http://127.0.0.1:1", "--provider", "nobody", "--secret-file", "package.json"],
  ]) {
    it(`is wrong use, so that the command ends with 2: ${args.join(" ")}`, async () => {
      await assert.rejects(printed(...args), (error: Error) => error instanceof UsageError);
    });
  }

  it("behind a dash is not repeated where it may be a key", async () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIB";
    await assert.rejects(printed("secret", "dev", "github", key), ({ message }: Error) => {
      assert.equal(message, "Cannot run secret: there is no such option. Help: npm run secret -- --help");
      return true;
    });
  });
});

describe("a text that fits no header or address", () => {
  it("is refused by send in one sentence, before anything is sent", () => {
    const to = ["--url", "http://127.0.0.1:1", "--secret-file", "package.json"];
    const body = ["--body-file", "package.json"];
    for (const [args, says] of [
      [
        ["github/push", "--id", "a\nb", ...to],
        /^Cannot run send: --id takes no control character, and none that is not seen\./,
      ],
      [["github/push", "--id", "a\u202eb", ...to], /--id takes no control character/],
      [["github/pu\nsh", ...body, ...to], /^Cannot run send: <source>\/<type> takes no control character/],
      [
        ["github/push", "--id", "Ω", ...to],
        /^Cannot write header x-github-delivery: it takes Latin letters, digits and signs alone, received "Ω"/,
      ],
      [["github/push", "--url", "nowhere", ...to.slice(2)], /^Cannot run send: --url takes a URL of http or https/],
      [
        ["github/push", "--forward", "ftp://x", ...to.slice(2)],
        /^Cannot run send: --forward takes a URL of http or https/,
      ],
    ] as const) {
      const { status, stderr } = run("send", ...args);
      assert.match(stderr, says);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.ok(status === 1 || status === 2);
    }
  });
});

describe("a wrong stage", () => {
  it("is told with the nearest one", async () => {
    await assert.rejects(printed("doctor", "pord", "--local"), {
      message: /infra\/config\.ts has dev, prod; did you mean prod\?/,
    });
  });
});

describe("a command in a text", () => {
  it("is typed as the runner in use has it", () => {
    const text = "run npm run send -- github/push, npm start -- --port 0, npm run dlq -- --help or npm ci";
    assert.equal(asTyped(text, "npm"), text);
    assert.equal(
      asTyped(text, "deno"),
      "run deno task send github/push, deno task start --port 0, deno task dlq --help or npm ci",
    );
    assert.equal(
      asTyped(text, "npx"),
      "run npx --no-install hookline send github/push, npx --no-install hookline start --port 0, npx --no-install hookline dlq --help or npm ci",
    );
    assert.equal(
      asTyped("npm run hookline -- help; npm run synth", "npx"),
      "npx --no-install hookline help; npx cdk synth",
    );
  });

  it("speaks of the app's own files where the package runs, which makes no files and has no stages", () => {
    for (const [text, said] of [
      ["npm run new -- event github/star", "write github/star.ts among your event files"],
      ['{"notes":["npm run new -- event github/star"]}', '{"notes":["write github/star.ts among your event files"]}'],
      ["npm run new -- event 'a/b c', or name it", "write a/b c.ts among your event files, or name it"],
      ["the options.types of lambdas/events/github/star.ts", "the options.types of github/star.ts"],
      ["docs/iam/viewer.json has it", "node_modules/@hookline/hookline/docs/iam/viewer.json has it"],
      ["set alarmEmail in infra/config.ts", "set alarmEmail in the options of your WebhookReceiver"],
    ] as const) {
      assert.equal(asTyped(text, "npx"), said);
      assert.equal(asTyped(text, "npm"), text);
    }
  });
});
