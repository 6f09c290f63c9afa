import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import type { WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { runAttempt } from "../../../lambdas/core/processing/attempt.ts";
import { type Attempt, processor } from "../../../lambdas/core/processing/processor.ts";
import { testOfEvent } from "../../../operate/run-event/event-test.ts";
import { pushed } from "../events/archive-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-event-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const quotes = `"; process.exit(7); // \`\${process.exit(7)}\`\n\u2028</script>`;
const bodies: readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>, contentType?: string])[] = [
  ["JSON", '{ "id": "a", "price": 1.50, "big": 12345678901234567890, "of": [{"é": "\\ud83d\\ude00"}] }'],
  ["JSON with quotes of a sender", JSON.stringify({ [quotes]: quotes })],
  ["JSON with a key that sets a prototype", '{"__proto__": {"isAdmin": true}, "a": 1}'],
  [
    "JSON of numbers that are written otherwise",
    '{"big": 12345678901234567890, "far": 1e999, "none": -0, "half": 1.50}',
  ],
  ["JSON in JSON, deep", `${'{"a":['.repeat(1000)}1${"]}".repeat(1000)}`],
  ["JSON that turns the text around it", '{"\u202e": "\u2066\u200b"}'],
  ["a form", "a=1&b=%20x", "application/x-www-form-urlencoded"],
  ["bytes that are no text", new Uint8Array([0, 255, 128, 10]), "application/octet-stream"],
];

/** All that a run is given, as JSON. */
const seen = ({ event, payload, idempotencyKey, attempt }: Attempt<unknown>) => {
  const { body, ...facts } = event;
  const text = payload === undefined ? Buffer.from(body).toString("base64") : JSON.stringify(payload);
  return JSON.stringify(
    {
      text,
      idempotencyKey,
      attempt,
      ...facts,
      hasPrototype: Object.getPrototypeOf(payload ?? {}) === Object.prototype,
    },
    null,
    2,
  );
};

/** What a processor sees of an event. */
async function seenByRun(event: WebhookEvent, name: string): Promise<string> {
  let found = "";
  const noting = processor({ impact: "none", timeoutSeconds: 5 }, async (attempt) => {
    found = seen(attempt);
  });
  await runAttempt(event, 1, { processor: noting, name });
  return found;
}

describe("the test of an event", () => {
  for (const [name, body, contentType = "application/json"] of bodies) {
    it(`gives its processor all that a run gives it: ${name}`, async () => {
      const event = pushed(quotes, "2026-01-05T10:00:00Z", {
        ...{ tenant: quotes, livemode: false, unsigned: ["id"], contentType, coarseType: "p", period: "1#2" },
        body: typeof body === "string" ? new TextEncoder().encode(body) : body,
      });
      const names = ["github/push_other", "github/push"];
      const noted = join(folder, "noted.json");
      const eventFile = `import { writeFileSync } from "node:fs";
const seen = ${String(seen)};
export default { run: async (attempt) => writeFileSync(${JSON.stringify(noted)}, seen(attempt)) };`;
      const text = testOfEvent(names, event);
      assert.ok(text.length < 5 * event.body.length + 4000, `${text.length} characters for ${event.body.length} bytes`);
      assert.doesNotMatch(text, /[^\P{C}\n]/u);
      for (const file of ["push.ts", "push_other.ts"]) writeFileSync(join(folder, file), eventFile);
      writeFileSync(join(folder, "package.json"), '{"type":"module"}');
      writeFileSync(join(folder, "push.test.ts"), text);
      const args = "Deno" in globalThis ? ["test", "-A", "--no-check", "push.test.ts"] : ["--test", "push.test.ts"];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      });
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /(?:pass 2|2 passed)/);
      assert.deepEqual(JSON.parse(readFileSync(noted, "utf8")), JSON.parse(await seenByRun(event, "github/push")));
    });
  }
});
