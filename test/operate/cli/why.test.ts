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

  it("prints one object with --json", async () => {
    const { code, said } = await run(...given, "--now", "1767607200", "--json");
    assert.deepEqual(
      [code, JSON.parse(said)],
      [0, { provider: "stripe", verdict: "verified", says: ["It is rightly signed."] }],
    );
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

  const head = [
    "Host: hooks.example",
    "Content-Type: application/json",
    `Stripe-Signature: t=1767607200,v1=${signature}`,
  ];
  const asked = ["--provider", "stripe", "--now", "1767607200"];
  const rightSecret = ["--secret-file", file("right", "whsec_test")];
  const wrongSecret = ["--secret-file", file("wrong", "whsec_wrong")];
  const pairs = head.map((line) => line.split(": "));
  const har = {
    method: "POST",
    url: "https://hooks.example/stripe",
    headers: pairs.map(([name, value]) => ({ name, value })),
    postData: { mimeType: "application/json", text: body },
  };
  const curl = [
    "* Connected to hooks.example (192.0.2.1) port 443",
    "> POST /stripe HTTP/2",
    ...head.map((line) => `> ${line}`),
    "> ",
    "* upload completely sent off",
    "< HTTP/2 401 ",
    "< content-type: application/json",
    "< ",
    '{"error":"signature-wrong"}',
  ].join("\n");
  const withBody = ["--body-file", file("dump-body", body)];
  for (const [what, text, ...more] of [
    ["a raw HTTP request", ["POST /stripe HTTP/1.1", ...head, "", body].join("\r\n")],
    [
      "a raw HTTP request with a line break added by an editor",
      ["POST /stripe HTTP/1.1", ...head, `Content-Length: ${body.length}`, "", body, ""].join("\n"),
    ],
    ["headers of HTTP/2", [":method: POST", ":path: /stripe", ...head].join("\n"), ...withBody],
    ["headers as a JSON object", JSON.stringify(Object.fromEntries(pairs), null, 2), ...withBody],
    [
      "headers as JSON of several values",
      JSON.stringify(Object.fromEntries(pairs.map(([n = "", v]) => [n, [v]]))),
      ...withBody,
    ],
    ["the output of curl -v", curl, ...withBody],
    ["a request of a HAR file", JSON.stringify(har)],
    ["an entry of a HAR file", JSON.stringify({ startedDateTime: "2026-01-05T10:00:00Z", request: har })],
    ["a HAR file of one entry", JSON.stringify({ log: { version: "1.2", entries: [{ request: har }] } })],
  ] as const) {
    it(`reads ${what}`, async () => {
      const { said } = await run(...asked, ...rightSecret, "--headers-file", file("dump", text), ...more);
      assert.equal(said, "verified\nIt is rightly signed.");
    });
  }

  it("says which line of a dump it could not read, and repeats nothing of it", async () => {
    const key = "whsec_8f1";
    for (const [text, why] of [
      [
        ["POST /stripe HTTP/1.1", "Host: hooks.example", `${key} `, "", body].join("\n"),
        'line 3 is no "name: text": it has 10 characters',
      ],
      [`> POST /stripe HTTP/1.1\n> ${key}\n`, 'line 2 is no "name: text": it has 9 characters'],
      [`Host: a\n${key}\u00e9: b`, "line 2 has a character that no header may have"],
      [`{\n  "host": "a",\n  ${key}\n}`, "line 3 is no JSON"],
      [`{\n  "host": "${key}`, "line 2 is no JSON"],
      [`{"host": {"${key}": true}}`, "line 1 begins JSON that has no headers"],
      [
        JSON.stringify({ log: { entries: [{ request: har }, { request: har }] } }),
        "line 1 begins a HAR file of 2 requests",
      ],
    ] as const) {
      await assert.rejects(
        run(...asked, ...rightSecret, "--headers-file", file("dump", text), ...withBody),
        (error: Error) => {
          assert.equal(error.name, "UsageError");
          assert.ok(error.message.startsWith(`Cannot read --headers-file: ${why}`), error.message);
          assert.ok(!error.message.includes(key) && !error.message.includes("invoice"), error.message);
          return true;
        },
      );
    }
  });

  it("claims no more than what it tried, where it finds no cause", async () => {
    const { said } = await run(...asked, "--headers-file", file("dump", head.join("\n")), ...withBody, ...wrongSecret);
    assert.match(said, /^No cause was found\. Tried, one at a time: .*other ends of lines and of the body/m);
    assert.doesNotMatch(said, /other spellings of the URL|secrets of other sources|[Mm]ost likely/);
  });

  it("fails for invalid arguments, with what was expected", async () => {
    await assert.rejects(run("--provider", "stripe"), {
      name: "UsageError",
      message: /missing: --secret-file and --body-file; or --last, the delivery that came last to the local run\. Help/,
    });
    await assert.rejects(run(...given, "--provider", "strip"), {
      message: /^Cannot say why: there is no provider "strip"; did you mean stripe\? docs/,
    });
    await assert.rejects(run(...given, "--now", "yesterday"), { message: /it is ISO 8601 or seconds.*"yesterday"/ });
    await assert.rejects(run(...given, "--header", "no colon"), {
      message: /Cannot read --header: it is no "name: text": it has 8 characters/,
    });
  });
});
