import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { why } from "../../../operate/cli/why.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-why-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const lines: string[] = [];
  const code = await why(args, (line) => lines.push(line));
  return { code, said: lines.join("\n") };
}

const body = '{"id":"evt_1","type":"invoice.paid"}';
const signature = createHmac("sha256", "whsec_test").update(`1767607200.${body}`).digest("hex");
const given = [
  ...["--provider", "stripe", "--secret-file", file("secret", "whsec_test\n"), "--body-file", file("body", body)],
  ...["--header", `Stripe-Signature: t=1767607200,v1=${signature}`],
];

describe("why", () => {
  it("says that a delivery is right, at the time when it came", async () => {
    assert.deepEqual(await run(...given, "--now", "1767607200"), { code: 0, said: "verified\nIt is rightly signed." });
    assert.equal((await run("--", ...given, "--now", "2026-01-05T10:00:00Z")).code, 0);
  });

  it("names the clock, the body, the secret, and the source of a secret that fits", async () => {
    const late = await run(...given, "--now", "2026-01-05T11:00:00Z");
    assert.equal(late.code, 1);
    assert.match(late.said, /^timestamp-outside-window\n.*too late[\s\S]*3600 s old[\s\S]*Is your clock right\?/);
    const at = ["--now", "1767607200"];
    const saved = await run(...given, ...at, "--body-file", file("body-saved", `${body}\n`));
    assert.match(
      saved.said,
      /^signature-wrong\n[\s\S]*The signature is right without the newline at the end of the body\./,
    );
    const other = await run(...given, ...at, "--secret-file", file("other", "whsec_other"));
    assert.equal(other.code, 0, "any of several secrets counts");
    const [, , , ...rest] = given;
    const wrong = ["--provider", "stripe", "--secret-file", file("wrong", "whsec_wrong"), ...rest.slice(1), ...at];
    const mixed = await run(...wrong, "--other-secret-file", file("prod", "whsec_test"));
    assert.match(mixed.said, /The signature is right for the secret of .*prod\./);
    assert.ok(!mixed.said.includes("whsec_test") && !mixed.said.includes(signature));
  });

  it("reads all headers from a file", async () => {
    const headers = file("headers", `Host: hooks.example\r\nStripe-Signature: t=1767607200,v1=${signature}\r\n\r\n`);
    const { code } = await run(...given.slice(0, 6), "--headers-file", headers, "--now", "1767607200");
    assert.equal(code, 0);
  });

  it("fails for invalid arguments, with what was expected", async () => {
    await assert.rejects(run("--provider", "stripe"), {
      name: "UsageError",
      message: /--provider, --secret-file and --body-file are needed/,
    });
    await assert.rejects(run(...given, "--provider", "strip"), { message: /there is no provider "strip"/ });
    await assert.rejects(run(...given, "--now", "yesterday"), { message: /it is ISO 8601 or seconds.*"yesterday"/ });
    await assert.rejects(run(...given, "--header", "no colon"), { message: /received 8 characters without ":"/ });
  });
});
