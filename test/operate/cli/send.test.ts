import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { writeLocalRun } from "../../../local/local-run.ts";
import { createProgress } from "../../../operate/cli/progress.ts";
import { send } from "../../../operate/cli/send.ts";
import { readSample } from "../../../operate/samples/sample.ts";
import { timesLine } from "../../../operate/send/summary.ts";
import { answering } from "../../answering.ts";
import { localRun } from "../stage-fixture.ts";

type Received = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

const secret = "It's a Secret to Everybody";
const folder = mkdtempSync(join(tmpdir(), "hookline-send-"));
const received: Received[] = [];
const lines: string[] = [];
let status = 200;
let answer = "";
let atOnce = 0;
let mostAtOnce = 0;
/** The server answers nobody before so many have come. */
let together = 1;
let server: Server;
let url: string;
let to: readonly string[];

before(async () => {
  server = answering(async (request, response) => {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
    while (mostAtOnce < together) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    atOnce -= 1;
    response.writeHead(status, { connection: "close" }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/github`;
  writeFileSync(join(folder, "secret"), `${secret}\n`);
  to = ["--url", url, "--secret-file", join(folder, "secret")];
});
after(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const sending = (...args: string[]) => send(args, (line) => lines.push(line), join(folder, "no-run"));
const signatureOf = (body: Uint8Array, key = secret) =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

/** The one delivery that came. */
function one(): Received {
  assert.equal(received.length, 1);
  return received[0] as Received;
}

const anew = () => {
  received.length = 0;
  lines.length = 0;
  status = 200;
  answer = "";
  mostAtOnce = 0;
  together = 1;
};

describe("send", () => {
  beforeEach(anew);

  it("posts the provider's sample, rightly signed with the secret of a file, its last line break left out", async () => {
    assert.equal(await sending("github/push", ...to), 0);
    const { path, headers, body } = one();
    assert.equal(path, "/github");
    assert.deepEqual([...body], [...readSample("github", "push").body]);
    assert.equal(headers["x-hub-signature-256"], signatureOf(body));
    assert.equal(headers["x-github-event"], "push");
    assert.match(String(headers["x-github-delivery"]), /^[0-9a-f-]{36}$/);
  });

  it("sends a finer type as its provider does: the coarse one in its place, and what makes it finer in the body", async () => {
    assert.equal(await sending("github/push.opened", ...to), 0);
    const { headers, body } = one();
    assert.equal(headers["x-github-event"], "push");
    assert.equal(JSON.parse(new TextDecoder().decode(body)).action, "opened");
    assert.equal(headers["x-hub-signature-256"], signatureOf(body));
  });

  it("gives every event a fresh id, or the one of --id", async () => {
    await sending("github/push", ...to);
    await sending("github/push", ...to);
    await sending("github/push", "--id", "mine", ...to);
    const ids = received.map(({ headers }) => headers["x-github-delivery"]);
    assert.notEqual(ids[0], ids[1]);
    assert.equal(ids[2], "mine");
  });

  it("repeats one event, the id and all, with --times", async () => {
    assert.equal(await sending("github/push", "--times", "3", ...to), 0);
    assert.equal(received.length, 3);
    assert.equal(new Set(received.map(({ headers }) => headers["x-github-delivery"])).size, 1);
    assert.equal(new Set(received.map(({ body }) => body.toString("hex"))).size, 1);
    assert.equal(mostAtOnce, 1);
  });

  it("sends so many different events with --events, each so often as --times says", async () => {
    assert.equal(await sending("github/push", "--events", "3", "--times", "2", ...to), 0);
    assert.equal(received.length, 6);
    const ids = received.map(({ headers }) => headers["x-github-delivery"]);
    assert.deepEqual([ids[0], ids[2], ids[4]], [ids[1], ids[3], ids[5]]);
    assert.equal(new Set(ids).size, 3);
  });

  it("signs for the address of --forward, and says it first, without its query", async () => {
    const [, , , file = ""] = to;
    assert.equal(await sending("github/push", "--forward", `${url}?token=of-mine`, "--secret-file", file), 0);
    assert.equal(lines[0], `Signs for ${url}, and posts there.`);
    const { path, headers, body } = one();
    assert.equal(path, "/github?token=of-mine");
    assert.equal(headers["x-hub-signature-256"], signatureOf(body));
  });

  it("has no more deliveries under way than --concurrency says", async () => {
    together = 4;
    await sending("github/push", "--times", "8", "--concurrency", "4", ...to);
    assert.equal(received.length, 8);
    assert.equal(mostAtOnce, 4);
  });

  it("changes one byte after signing with --tamper", async () => {
    await sending("github/push", "--tamper", ...to);
    const { headers, body } = one();
    const sample = readSample("github", "push").body;
    assert.equal(body.length, sample.length);
    assert.equal(sample.filter((byte, index) => byte !== body[index]).length, 1);
    assert.equal(headers["x-hub-signature-256"], signatureOf(sample));
    assert.notEqual(headers["x-hub-signature-256"], signatureOf(body));
  });

  it("sends the bytes of --body-file as they are", async () => {
    const bytes = new Uint8Array([0, 255, 13, 10, 123, 32, 34, 195, 40]);
    writeFileSync(join(folder, "body"), bytes);
    await sending("github/push", "--body-file", join(folder, "body"), ...to);
    const { headers, body } = one();
    assert.deepEqual([...body], [...bytes]);
    assert.equal(headers["x-hub-signature-256"], signatureOf(bytes));
  });

  it('takes a leading "--", as a task runner hands it on', async () => {
    assert.equal(await sending("--", "github/push", ...to), 0);
    one();
  });

  it("takes URL, secret and provider from the local run", async () => {
    const source = { provider: "github", url: `${url}-eu`, secret: "local", queues: {} };
    const run = localRun({ functionUrl: url, sources: { "github-eu": source } });
    writeLocalRun(run, folder);
    assert.equal(await send(["github-eu/push"], (line) => lines.push(line), folder), 0);
    const { path, headers, body } = one();
    assert.equal(path, "/github-eu");
    assert.equal(headers["x-hub-signature-256"], signatureOf(body, "local"));
  });
});

describe("the output of send", () => {
  beforeEach(anew);

  it("is an object for each delivery with --json, with the documented fields", async () => {
    answer = '{"outcome":"duplicate","id":"evt_1"}';
    assert.equal(await sending("github/push", ...to, "--times", "2", "--json"), 0);
    const told = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      told.map(({ milliseconds, ...rest }) => [rest, typeof milliseconds]),
      [0, 1].map(() => [{ status: 200, outcome: "duplicate", id: "evt_1" }, "number"]),
    );
  });

  it("is a line with status, outcome and id for each delivery, with equal ones counted", async () => {
    answer = '{"outcome":"accepted","id":"the-id"}';
    await sending("github/push", ...to);
    await sending("github/push", "--times", "2", ...to);
    assert.deepEqual(lines.slice(0, 2), ["200 accepted the-id", "200 accepted the-id (2 times)"]);
    assert.match(lines[2] ?? "", /^2 deliveries in \d+\.\d s, answered within p50 \d+ ms, p99 \d+ ms$/);
    assert.equal(lines.length, 3);
  });

  it("counts outcomes of several events without their ids", async () => {
    answer = '{"outcome":"accepted"}';
    await sending("github/push", "--events", "3", "--concurrency", "2", ...to);
    assert.equal(lines[0], "200 accepted (3 times)");
  });

  it("has the times within which half of the answers came, and 99 of a hundred", () => {
    const sent = Array.from({ length: 200 }, (_, index) => ({
      ...{ status: 200, outcome: "accepted", id: "" },
      milliseconds: 200 - index,
    }));
    assert.equal(timesLine(sent, 2000), "200 deliveries in 2.0 s, answered within p50 100 ms, p99 198 ms");
  });

  it("counts up in one line of a terminal, and nowhere else", () => {
    for (const [isTTY, total, expected] of [
      [true, 3, ["\r1 of 3 sent", "\r3 of 3 sent", "\r\u001b[K"]],
      [true, 1, []],
      [false, 3, []],
    ] as const) {
      const written: string[] = [];
      const progress = createProgress({ isTTY, write: (text) => written.push(text) }, total, () => 1000);
      for (let index = 0; index < total; index += 1) progress.step();
      progress.end();
      assert.deepEqual(written, expected);
    }
  });

  it("is the id that was sent where the answer is no JSON", async () => {
    answer = "OK";
    await sending("github/push", "--id", "mine", ...to);
    assert.deepEqual(lines, ["200 answered mine"]);
  });

  it("is exit code 0 for 2xx and 1 for everything else, with the reason", async () => {
    answer = '{"error":"signature-mismatch"}';
    for (const [code, exit] of [
      [202, 0],
      [401, 1],
      [503, 1],
      [304, 1],
    ] as const) {
      status = code;
      assert.equal(await sending("github/push", "--id", "i", ...to), exit, String(code));
    }
    assert.deepEqual(lines.slice(1, 3), ["401 signature-mismatch i", "503 signature-mismatch i"]);
  });
});

describe("an argument that send refuses", () => {
  beforeEach(anew);

  it("is a call without exactly one <source>/<type>, naming what is expected", async () => {
    for (const args of [[], ["github"], ["github/"], ["/push"], ["github/push", "github/issues"]]) {
      await assert.rejects(sending(...args, ...to), { name: "UsageError", message: /expected \[?<source>\/<type>/ });
    }
  });

  it("is an option that it does not know", async () => {
    await assert.rejects(sending("github/push", "--tmes", "3", ...to), TypeError);
  });

  it("is a number of different events where they would be one", async () => {
    for (const [name, ...more] of [
      ["github/push", "--id", "mine"],
      ["github/push", "--body-file", join(folder, "secret")],
      ["generic/form.submitted"],
    ] as const) {
      const sent = sending(name, "--events", "2", ...more, ...to);
      await assert.rejects(sent, { name: "UsageError", message: /^Cannot send 2 different events: / });
    }
    await assert.rejects(sending("github/push", "--events", "200", "--times", "200", ...to), /is 40000, at most 10000/);
    assert.equal(received.length, 0);
  });

  it("is an address of --forward that is none, beside --url, and an option that says what is repeated otherwise", async () => {
    const failing = (message: RegExp, ...args: string[]) =>
      assert.rejects(sending(...args), { name: "UsageError", message });
    await failing(/--forward takes a URL of http or https/, "github/push", "--forward", "ftp://a.example");
    await failing(/--forward and --url are two addresses/, "github/push", "--forward", url, ...to);
    await failing(/--last repeats one delivery as it came: --id does not go with it/, "--last", "--id", "x");
    await failing(/--last repeats one delivery as it came: --repeat does not go with it/, "--last", "--repeat", "x");
    await failing(/--repeat repeats one delivery as it came: <source>\/<type> does/, "github/push", "--repeat", "x");
    await failing(/--repeat repeats one delivery as it came: --events does/, "--repeat", "x", "--events", "2");
    await assert.rejects(sending("--last"), { message: "Cannot repeat a delivery: no local run is on (npm start)" });
  });

  it("is a source without a provider", async () => {
    await assert.rejects(
      sending("acme/push", ...to),
      /the local run has no such source, and there is no provider "acme"; docs/,
    );
  });

  it("is a URL where nothing answers, with its origin and the reason", async () => {
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    // The last URL counts.
    await assert.rejects(sending("github/push", ...to, "--url", `http://127.0.0.1:${port}/github`), {
      name: "Error",
      message: new RegExp(
        `^Cannot post to http://127\\.0\\.0\\.1:${port}: (ECONNREFUSED|the connection failed); see that it is on \\(npm start\\)$`,
      ),
    });
    // No name of this kind is anywhere.
    await assert.rejects(sending("github/push", ...to, "--url", "http://hooks.invalid/github"), {
      message:
        /^Cannot post to http:\/\/hooks\.invalid: .*; see that the address is right, and that this machine may reach it$/,
    });
  });

  it("is sending without a URL or a secret when no local run is on", async () => {
    await assert.rejects(sending("github/push"), /no local run is on \(npm start\), and no --url is given/);
    await assert.rejects(sending("github/push", "--url", url), /Cannot sign: .*no --secret-file is given/);
  });

  it("is a source that the local run does not have, without a URL or a secret", async () => {
    const source = { provider: "github", url: `${url}-eu`, secret: "local", queues: {} };
    writeLocalRun(localRun({ functionUrl: url, sources: { "github-eu": source, acme: source } }), folder);
    const refused = (...args: string[]) => send([...args], (line) => lines.push(line), folder);
    const without = 'the local run has no source "github", only acme, github-eu';
    await assert.rejects(refused("github/push"), {
      message: `Cannot send github/push: ${without}, and no --url is given`,
    });
    await assert.rejects(refused("github/push", "--url", url), {
      message: `Cannot sign: ${without}, and no --secret-file is given`,
    });
  });

  it("is a stale delivery of a provider that signs no timestamp", async () => {
    await assert.rejects(sending("github/push", "--stale", ...to), /GitHub signs no timestamp/);
  });

  it("is an id for a provider whose events have none", async () => {
    const sent = sending("generic/form.submitted", "--id", "mine", ...to);
    await assert.rejects(sent, /under --id: an event of Generic HMAC-SHA256 has no id/);
    assert.equal(received.length, 0);
    assert.equal(await sending("generic/form.submitted", ...to), 0);
  });

  it("is an invalid number, before anything is sent", async () => {
    for (const text of ["0", "-1", "1.5", "many", "10001"]) {
      await assert.rejects(sending("github/push", `--times=${text}`, ...to), {
        message: new RegExp(`received "${text}"`),
      });
      await assert.rejects(sending("github/push", `--concurrency=${text}`, ...to), TypeError);
    }
    assert.equal(received.length, 0);
  });
});
