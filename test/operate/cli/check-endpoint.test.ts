import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { checkEndpointCommand } from "../../../operate/cli/check-endpoint.ts";
import { endpoint, failingType, hackmamba, hotmart, secret } from "../endpoint-check/guides.ts";
import { listenerOf, withServer } from "../endpoint-check/server.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hookline-check-endpoint-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const secretFile = join(folder, "secret");
writeFileSync(secretFile, `${secret}\n`);
const given = ["--provider", "hackmamba", "--secret-file", secretFile];

/** The command as a process. */
async function run(args: readonly string[], input = "", staysOpen = false) {
  const runtime = process.versions.deno === undefined ? [] : ["run", "--no-check", "-A"];
  const child = spawn(process.execPath, [...runtime, "operate/cli/hookline.ts", "check-endpoint", ...args], {
    cwd: root,
  });
  if (staysOpen) child.stdin.write(input);
  else child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  assert.ok(!`${stdout}${stderr}`.includes(secret), "the secret is shown");
  return { stdout, stderr, status };
}

/** The command in this process, with deliveries to anywhere sent here and counted. */
async function inProcess(args: readonly string[], answer = false) {
  const asked: string[] = [];
  let posts = 0;
  const status = await withServer(listenerOf(endpoint(hotmart)), (url) =>
    checkEndpointCommand(args, () => {}, {
      ask: async (question) => {
        asked.push(question);
        return answer;
      },
      fetch: (_, init) => {
        posts += 1;
        return fetch(url, init);
      },
    }).catch((error: Error) => error.message),
  );
  return { status, asked, posts };
}

describe("check-endpoint", () => {
  it("says a line for each check, and the score, and ends with 0 where all passed", async () => {
    const { stdout, stderr, status } = await withServer(listenerOf(endpoint(hackmamba())), (url) =>
      run([url, ...given, "--failing-type", failingType]),
    );
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\/webhooks as an endpoint of Hackmamba\n/);
    assert.match(stdout, /^ {2}passed {5}takes a right delivery {2,}answered 200$/m);
    assert.match(stdout, /^ {2}not tried {2}refuses a stale delivery {2,}Hackmamba signs no time: .+$/m);
    assert.match(stdout, /^Score: 16 of 16 passed, 4 not tried, 35 deliveries posted\n$/m);
  });

  it("gives the harm and the remedy of a failure, and ends with 1", async () => {
    const { stdout, status } = await withServer(listenerOf(endpoint(() => true)), (url) => run(["--", url, ...given]));
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^ {2}FAILED {5}refuses an unsigned delivery {2,}answered 200\. Anybody who knows the URL can post events\.\n {13}→ Verify before/m,
    );
    assert.match(stdout, /^ {2}not tried {2}answers 5xx when its processing fails {2,}no event type was given/m);
    assert.match(stdout, /^Score: 9 of 14 passed, 6 not tried, /m);
  });

  it("prints the report as JSON with --json, and takes the secret from standard input", async () => {
    const { stdout, status } = await withServer(listenerOf(endpoint(hackmamba())), (url) =>
      run([`${url}?key=in-the-query`, "--provider", "hackmamba", "--secret-file", "-", "--json"], `${secret}\n`),
    );
    assert.equal(status, 0);
    assert.ok(!stdout.includes("in-the-query"));
    const { url, provider, findings, ...score } = JSON.parse(stdout);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/webhooks$/);
    assert.equal(provider, "hackmamba");
    assert.deepEqual(score, { passed: 14, failed: 0, posted: 33 });
    assert.deepEqual(findings[0], {
      ...{ check: "right", title: "takes a right delivery", state: "passed", says: "answered 200" },
    });
    const page = readFileSync(join(root, "docs/formats.md"), "utf8");
    const row = /^\| `check-endpoint` \|.*$/m.exec(page)?.[0] ?? "";
    for (const name of Object.keys({ url, provider, findings, ...score, ...findings[0] })) {
      assert.ok(row.includes(`\`${name}\``), name);
    }
  });

  it("asks before it posts to another machine, and posts nothing where nobody says yes", async () => {
    const args = ["https://hooks.example/webhooks?key=1", "--provider", "hotmart", "--secret-file", secretFile];
    const refused = await inProcess(args);
    assert.deepEqual([refused.status, refused.posts], ["Nothing was posted: give --yes, or answer y", 0]);
    assert.deepEqual(refused.asked, [
      "Post up to 60 samples of Hotmart to https://hooks.example/webhooks? It may act on those that are right",
    ]);
    const silent = await run(args);
    assert.equal(silent.status, 2);
    assert.equal(silent.stdout, "");
    assert.match(silent.stderr, /\? It may act on those that are right \[y\/N\]\nNothing was posted: give --yes, or/);
    for (const host of ["127.0.0.2", "[::1]", "localhost.example", "10.0.0.1"]) {
      const { asked, posts } = await inProcess([`http://${host}:1/`, ...args.slice(1)]);
      assert.deepEqual([asked.length, posts], [1, 0], host);
    }
  });

  it("posts after a yes, and unasked with --yes and on this machine", async () => {
    const args = ["--provider", "hotmart", "--secret-file", secretFile, "--type", "PURCHASE_APPROVED"];
    const yes = await inProcess(["http://127.0.0.2:1/", ...args], true);
    assert.deepEqual([yes.asked.length, yes.posts > 10, yes.status], [1, true, 1]);
    const typed = await run(["http://127.0.0.2:1/", ...args], "y\n", true);
    assert.equal(typed.status, 1);
    assert.match(typed.stdout, /FAILED {5}takes a right delivery .+no answer/);
    const unasked = await inProcess(["https://hooks.example/webhooks", ...args, "--yes"]);
    assert.deepEqual([unasked.asked.length, unasked.posts > 10, unasked.status], [0, true, 0]);
    for (const host of ["127.0.0.1", "localhost"]) {
      const here = await inProcess([`http://${host}:1/`, ...args]);
      assert.deepEqual([here.asked.length, here.posts > 30, here.status], [0, true, 0], host);
    }
  });

  it("takes a wait of its own with --within", async () => {
    const slow = endpoint(hackmamba(), { waitMilliseconds: 300 });
    const said = await withServer(listenerOf(slow), async (url) => {
      const lines: string[] = [];
      assert.equal(await checkEndpointCommand([url, ...given, "--within", "0.1"], (line) => lines.push(line)), 1);
      return lines.join("\n");
    });
    assert.match(said, /FAILED {5}answers in time .+the provider waits 0\.1 s/);
  });
});

describe("an argument that check-endpoint refuses", () => {
  const url = "http://127.0.0.1:1/";
  const refusal = async (args: readonly string[]) => {
    const error = await checkEndpointCommand(args, () => {}).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof TypeError, String(error));
    assert.ok(!error.message.includes("whsec_"), "a secret is shown");
    return error.message;
  };

  it("is wrong use, with 2", async () => {
    for (const args of [[], [url], [url, "--provider", "hackmamba"], [url, "--secret-file", secretFile]]) {
      assert.match(
        await refusal(args),
        /^Cannot run check-endpoint: (expected <url>, received nothing|--provider and --secret-file are needed)\./,
      );
    }
    const { stdout, stderr, status } = await run([url, "--provider", "acme", "--secret-file", secretFile]);
    assert.deepEqual([stdout, status], ["", 2]);
    assert.match(stderr, /^Cannot check the endpoint: there is no provider "acme"/);
    assert.equal((await run([url, ...given, "--fast"])).status, 2);
  });

  it("is a secret as an argument, or where a file's name belongs, without repeating it", async () => {
    assert.match(await refusal([url, "whsec_bare", ...given]), /expected <url>, received 2 arguments/);
    const asFile = await refusal([url, "--provider", "hackmamba", "--secret-file", "whsec_as_a_name"]);
    assert.match(asFile, /^Cannot read --secret-file: ENOENT/);
    await refusal([url, ...given, "--secret=whsec_option"]);
  });

  it("is an invalid URL, or one with a password in it", async () => {
    for (const wrong of ["hooks.example", "ftp://hooks.example", "https://me:whsec_pass@hooks.example"]) {
      assert.match(await refusal([wrong, ...given]), /URL must begin with http:\/\/ or https:\/\//);
    }
  });

  it("is a secret that is empty, or not in the provider's format", async () => {
    const empty = join(folder, "empty");
    writeFileSync(empty, "\n");
    assert.match(await refusal([url, "--provider", "hackmamba", "--secret-file", empty]), /holds no secret/);
    const malformed = join(folder, "malformed");
    writeFileSync(malformed, "whsec_!!!");
    const message = await refusal([url, "--provider", "clerk", "--secret-file", malformed]);
    assert.match(message, /the secret is not of the form "whsec"/);
  });

  it("is a type without a sample, a failing type where there are no types, and a wait that is none", async () => {
    assert.match(await refusal([url, ...given, "--type", "no.such"]), /Cannot find a sample of hackmamba\/no\.such/);
    const untyped = [url, "--provider", "generic", "--secret-file", secretFile, "--failing-type", "any"];
    assert.match(await refusal(untyped), /events of Generic HMAC-SHA256 have no type/);
    for (const wait of ["0", "-1", "soon", "121"]) {
      assert.match(await refusal([url, ...given, `--within=${wait}`]), /--within takes seconds from above 0 to 120/);
    }
  });
});
