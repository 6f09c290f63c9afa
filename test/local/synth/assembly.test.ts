import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Checkout, copyCheckout, eventFile, eventText } from "./checkout.ts";

const [unchanged, anew, ready] = ["nothing has changed since the last start", "bundles the functions", "Ready after"];

describe("the bundles and the template of the last start", () => {
  let checkout: Checkout;
  before(async () => {
    checkout = copyCheckout();
    // The first start may not vouch for files that were written in its own moment.
    for (const _ of [1, 2]) await (await checkout.start([ready])).end();
  });
  after(() => checkout.remove());

  const path = (name: string) => join(checkout.folder, name);
  /** The bundle of the verifier that a start has made and not yet moved into its place. */
  function functionsInTheMaking(): string {
    const [making = "none"] = readdirSync(path(".hookline")).filter((name) => name.startsWith("stack-"));
    return path(`.hookline/${making}/functions/verifier.mjs`);
  }

  /** Whether a start begins with what the last one made. */
  async function isSkipped(...given: readonly [variables?: Readonly<Record<string, string>>, preload?: string]) {
    const started = await checkout.start([unchanged, anew], ...given);
    await started.end();
    assert.ok(
      started.lines.some((line) => line.includes(unchanged) || line.includes(anew)),
      started.lines.join("\n"),
    );
    return started.lines.some((line) => line.includes(unchanged));
  }

  it("are not made on by a process of their own when the start has been ended", async () => {
    checkout.write(eventFile, 'console.log("hangs while it is loaded");\nfor (;;) {}\n');
    const started = await checkout.start(["hangs while it is loaded"]);
    try {
      process.kill(started.pid, "SIGTERM");
      // Its output ends once nobody has it any more.
      await started.prints("what no line says");
    } finally {
      await started.end();
      checkout.write(eventFile, eventText);
    }
  });

  it("are used by the next start, and a delivery goes all the way through", async () => {
    const started = await checkout.start([ready]);
    try {
      assert.ok(started.lines.some((line) => line.includes(unchanged)));
      assert.match(await checkout.run("send", "github/push", "--id", "first"), /200 accepted first/);
    } finally {
      await started.end();
    }
  });

  it("are used in another terminal, too", async () => {
    assert.equal(await isSkipped({ TERM: "another", SHLVL: "7", npm_lifecycle_event: "start" }), true);
  });

  const appended = [
    ["an event file", eventFile],
    ["a file outside that it imports", "../outside/harm.ts"],
    ["a file that this one imports", "../outside/words.ts"],
    ["a provider", "lambdas/providers/github.ts"],
    ["the code of a construct", "infra/constructs/verifier.ts"],
    ["the stages' options", "infra/config.ts"],
    ["the code that synthesizes", "local/synth/one-build.ts"],
    ["the client of the Runtime API", "infra/build/deno-layer/runtime.js"],
    ["the context of CDK", "cdk.json"],
    ["the manifest", "package.json"],
    ["the lock file of npm", "package-lock.json"],
    ["the lock file of Deno", "deno.lock"],
    ["the settings of TypeScript", "tsconfig.json"],
  ] as const;
  for (const [what, name] of appended) {
    it(`are made anew after a change of ${what}`, async () => {
      const text = readFileSync(path(name), "utf8");
      appendFileSync(path(name), "\n");
      assert.equal(await isSkipped(), false);
      writeFileSync(path(name), text);
      assert.equal(await isSkipped(), true);
    });
  }

  const created = [
    ["an event file", "lambdas/events/github/issues.ts", eventText],
    ["another file in the folder of event files", "lambdas/events/github/_words.json", "{}"],
    ["a tsconfig.json beside an imported file", "../outside/tsconfig.json", "{}"],
    ["a manifest above an imported file", "../package.json", `{ "sideEffects": false }`],
  ] as const;
  for (const [what, name, text] of created) {
    it(`are made anew where there is ${what} for the first time`, async () => {
      writeFileSync(path(name), text);
      assert.equal(await isSkipped(), false);
      rmSync(path(name));
      assert.equal(await isSkipped(), true);
    });
  }

  it("are made anew after an event file was removed, or renamed", async () => {
    renameSync(path(eventFile), path("lambdas/events/github/ping.ts"));
    assert.equal(await isSkipped(), false);
    renameSync(path("lambdas/events/github/ping.ts"), path(eventFile));
  });

  it("are made anew after a change of a variable that synth sees", async () => {
    assert.equal(await isSkipped({ ALARM_EMAIL: "somebody@example.com" }), false);
  });

  it("are made anew by another version of the runtime", { skip: "Deno" in globalThis }, async () => {
    const preload = "data:text/javascript,Object.defineProperty(process,'version',{value:'v24.99.0'})";
    assert.equal(await isSkipped({}, preload), false);
  });

  const damages = [
    ["is cut", "stack/functions/verifier.mjs", (file: string) => truncateSync(file, 40)],
    ["has a byte more", "stack/cdk.out/Hookline-dev.template.json", (file: string) => appendFileSync(file, " ")],
    ["is gone", "stack/functions/github-push.mjs", (file: string) => rmSync(file)],
    ["is half written", "stack/made.json", (file: string) => truncateSync(file, 60)],
    [
      "says something else",
      "stack/made.json",
      (file: string) => writeFileSync(file, readFileSync(file, "utf8").replace('"github-push"', '"github-puss"')),
    ],
  ] as const;
  for (const [how, name, damage] of damages) {
    it(`are made anew where ${name} ${how}`, async () => {
      const file = path(`.hookline/${name}`);
      const bytes = readFileSync(file);
      damage(file);
      assert.equal(await isSkipped(), false);
      writeFileSync(file, bytes);
      assert.equal(await isSkipped(), true);
    });
  }

  it("are not those of a start that was killed while it made them, and nothing of it stays", async () => {
    rmSync(path(".hookline/stack"), { recursive: true });
    const killed = await checkout.start([anew]);
    await killed.end();
    const started = await checkout.start([ready]);
    await started.end();
    assert.ok(
      started.lines.some((line) => line.includes(anew)),
      started.lines.join("\n"),
    );
    const left = readdirSync(path(".hookline")).filter((name) => name.startsWith("stack"));
    assert.deepEqual(left, ["stack"]);
    assert.equal(await isSkipped(), true);
  });

  const meanwhile = [
    ["an imported file was saved", "../outside/words.ts", (file: string) => appendFileSync(file, "// Saved\n")],
    ["an event file was removed", "lambdas/events/github/issues.ts", (file: string) => rmSync(file)],
  ] as const;
  for (const [what, name, change] of meanwhile) {
    it(`are made anew after a start during which ${what} that it had read`, async () => {
      const before = existsSync(path(name)) ? readFileSync(path(name), "utf8") : undefined;
      checkout.write(name, before === undefined ? eventText : `${before}// First\n`);
      const starting = checkout.start([ready]);
      while (!existsSync(functionsInTheMaking())) await setImmediate();
      change(path(name));
      await (await starting).end();
      assert.equal(await isSkipped(), false);
      if (before !== undefined) checkout.write(name, before);
    });
  }

  it("are no answer to a broken event file: the start ends with one sentence that names the place", async () => {
    checkout.write(eventFile, eventText.replace("export default", "export default ="));
    const started = await checkout.start([ready]);
    await started.end();
    checkout.write(eventFile, eventText);
    const [first, place] = started.lines.slice(-2);
    assert.match(first ?? "", /^Cannot load event file github\/push\.ts(:4:16)?: ./);
    assert.equal(place?.trim(), eventText.split("\n")[3]?.replace("export default", "export default ="));
  });

  it("are no answer to a wrong option of the stage: the start ends with the sentence of its check", async () => {
    const text = readFileSync(path("infra/config.ts"), "utf8");
    writeFileSync(path("infra/config.ts"), text.replace("logDays: 14", "logDays: 15 as 14"));
    const started = await checkout.start([ready]);
    await started.end();
    writeFileSync(path("infra/config.ts"), text);
    assert.match(started.lines.at(-1) ?? "", /^Cannot .*logDays.*15/);
  });
});
