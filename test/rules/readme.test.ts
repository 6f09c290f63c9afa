import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import type { Verifier } from "../../lambdas/core/create-verifier.ts";
import type { Processor } from "../../lambdas/core/processing/processor.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { github } from "../../lambdas/providers/github.ts";
import { checkCode, codeIn, root, writeCode } from "./code-blocks.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-readme-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The TypeScript blocks of the pages for users, as files that import Hookline from here. */
const blocks = ["README.md", "docs/using.md", "docs/local.md", "docs/deploying.md"].flatMap((page) => {
  const text = readFileSync(join(root, page), "utf8").replace(
    '"hookline.db"',
    JSON.stringify(join(folder, "hookline.db")),
  );
  return codeIn(text).map((code) => writeCode(code, page));
});

function blockWith(text: string) {
  const found = blocks.filter((block) => block.text.includes(text));
  assert.equal(found.length, 1, `there are ${found.length} blocks with ${text}`);
  const [block] = found;
  assert.ok(block !== undefined);
  return block;
}

describe("the README", () => {
  it("has at most 200 lines", () => {
    assert.ok(readFileSync(join(root, "README.md"), "utf8").trimEnd().split("\n").length <= 200);
  });
});

describe("the code of README and docs", () => {
  for (const { text, load } of blocks.filter((block) => block.text.includes("export default processor"))) {
    it(`is a processor: ${/impact: "([^"]+)"/.exec(text)?.[1]}`, async () => {
      const { default: processor } = (await load()) as { readonly default: Processor };
      assert.ok(processor.options.impact.length > 0);
      const lines: string[] = [];
      const log = { info: (line: string) => void lines.push(line), error: assert.fail, debug: assert.fail };
      const payload = { action: "opened", issue: { number: 1 }, data: { object: { id: "in_1", amount_paid: 1 } } };
      const attempt = { payload, log, idempotencyKey: "key", attempt: 1, signal: new AbortController().signal };
      await processor.run({ ...attempt, event: {} as never });
      assert.equal(lines.length, 1);
    });
  }

  for (const [text, header] of [
    ["defineProvider", "acme-signature"],
    ["createGeneric", "x-acme-signature"],
  ] as const) {
    it(`is a provider that verifies a right delivery, by ${text}`, async () => {
      const { acme } = (await blockWith(`import { ${text} }`).load()) as { readonly acme: Provider };
      const now = new Date("2026-01-05T10:00:00Z");
      const body = new TextEncoder().encode('{"id":"evt_1","type":"order.created"}');
      const unsigned = { method: "POST", url: "/acme", headers: new Headers(), body };
      const signed = await sign(unsigned, { provider: acme, secret: "secret", now });
      assert.ok(signed.headers.has(header));
      const kind = async (changed: object) =>
        (await verify({ ...signed, ...changed }, { provider: acme, secrets: ["secret"], now })).kind;
      assert.equal(await kind({}), "verified");
      assert.equal(await kind({ body: new TextEncoder().encode("{}") }), "refused");
    });
  }

  it("is a receiver in a CDK app, of event files beside it", async (t) => {
    // Below the root, so that packages are found as in a project that has installed them.
    const below = join(root, ".hookline");
    mkdirSync(below, { recursive: true });
    const project = mkdtempSync(join(below, "readme-"));
    t.after(() => rmSync(project, { recursive: true, force: true }));
    mkdirSync(join(project, "webhooks/github"), { recursive: true });
    const { text } = blockWith("bundleReceiver");
    const { text: processor } = blockWith("New issues are not triaged");
    const made = `import { App, Stack as S } from "aws-cdk-lib"; console.log(Object.keys(receive(new S(new App(), "Shop")).pipelines));`;
    writeFileSync(join(project, "webhooks/github/issues.ts"), processor);
    writeFileSync(join(project, "app.ts"), `${text}\n${made}`);
    const flags = "Deno" in globalThis ? ["run", "--no-check", "-A"] : [];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, "app.ts"], { cwd: project });
    assert.equal(stdout.trim().replaceAll(/["']/g, ""), "[ github/issues ]");
  });

  it("is right in its types, except for packages that are not installed here", () => {
    const said = checkCode(blocks).trim().split("\n");
    assert.equal(said.length, 1, said.join("\n"));
    assert.match(said[0] ?? "", /Cannot find module 'stripe'/);
  });

  for (const { load } of blocks.filter((block) => block.text.includes("createSqliteStores"))) {
    it("is a receiver whose handlers run once, their records in a file", async () => {
      process.env.GITHUB_SECRET = "a secret of some length";
      const { receive } = (await load()) as { readonly receive: (request: Request) => Promise<Response> };
      const url = "https://hooks.example/github";
      const headers = new Headers({ "x-github-event": "push", "x-github-delivery": "1" });
      const body = new TextEncoder().encode('{"ref":"refs/heads/main"}');
      const options = { provider: github, secret: process.env.GITHUB_SECRET, now: new Date() };
      const signed = await sign({ method: "POST", url, headers, body }, options);
      for (const outcome of ["accepted", "duplicate"]) {
        const response = await receive(new Request(url, { method: "POST", headers: signed.headers, body }));
        assert.equal((await response.json()).outcome, outcome);
      }
    });
  }

  it("is a verifier, and a receiver of one source", async () => {
    process.env.GITHUB_SECRET = "a secret of some length";
    type Loaded = { readonly verify: Verifier; readonly POST: (request: Request) => Promise<Response> };
    const { verify } = (await blockWith("createVerifier").load()) as Loaded;
    const { POST } = (await blockWith("export const POST").load()) as Loaded;
    const headers = new Headers({ "x-github-event": "push", "x-github-delivery": "1" });
    const body = new TextEncoder().encode('{"ref":"refs/heads/main"}');
    const unsigned = { method: "POST", url: "https://hooks.example/any/path", headers, body };
    const signed = await sign(unsigned, { provider: github, secret: process.env.GITHUB_SECRET, now: new Date() });
    const request = () => new Request(signed.url, signed);
    const result = await verify(request());
    assert.ok(result.kind === "verified");
    assert.deepEqual([result.type, result.payload], ["push", { ref: "refs/heads/main" }]);
    for (const outcome of ["accepted", "duplicate"]) {
      assert.equal((await (await POST(request())).json()).outcome, outcome);
    }
  });

  it("is all run", () => {
    const tried = [
      "createVerifier",
      "export const POST",
      "createSqliteStores",
      "bundleReceiver",
      "export default processor",
      "import { defineProvider }",
      "import { createGeneric }",
    ];
    assert.ok(blocks.length >= 4);
    for (const { text } of blocks)
      assert.ok(
        tried.some((part) => text.includes(part)),
        text,
      );
  });
});
