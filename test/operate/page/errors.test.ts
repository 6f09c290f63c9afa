import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { removeLocalRun, writeLocalRun } from "../../../local/local-run.ts";
import { awsFailure } from "../../../operate/stage/aws-failure.ts";
import { deployed, localRun } from "../stage-fixture.ts";
import type { Answer } from "./browse.ts";
import { type OpenPage, openPage } from "./open-page.ts";

/** The heading of an answer, and the first paragraph below it. */
function saidBy({ text }: Answer): readonly (string | undefined)[] {
  return [/<h1>([^<]*)/, /<\/h1>\s*<p[^>]*>([^<]*)/].map((pattern) => pattern.exec(text)?.[1]);
}

describe("an error of the page", () => {
  const folder = mkdtempSync(join(tmpdir(), "hookline-errors-"));
  // Nobody listens there, and fetch may ask it: it refuses some ports by itself.
  const nowhere = "http://127.0.0.1:2";
  const run = localRun({
    ...{ deliveries: nowhere, endpoints: { dynamodb: nowhere, sqs: nowhere, s3: nowhere, secretsmanager: nowhere } },
    ...{ bucket: "archived", table: "records", events: [deployed("github/push")] },
    sources: { github: { provider: "github", url: nowhere, secret: "s", queues: {} } },
  });
  let open: OpenPage;
  before(async () => {
    writeLocalRun(run, folder);
    open = await openPage([], { folder });
  });
  after(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // Deno's fetch does not tell the address.
  const unreached =
    /^(Cannot reach 127\.0\.0\.1:2: ECONNREFUSED; see that it is on, and .*|No answer came: the connection failed)$/;

  it("says that the stage cannot be reached, and that the local run has ended once it has", async () => {
    // The SDK asks for the events, and fetch for the deliveries.
    for (const path of ["/events", "/refused"]) {
      const answered = await open.ask(path);
      const [heading, says = ""] = saidBy(answered);
      assert.deepEqual([path, answered.status, heading], [path, 500, "Failed"]);
      assert.match(says, unreached);
    }
    removeLocalRun(run.pid, folder);
    for (const path of ["/events", "/refused"]) {
      const answered = await open.ask(path);
      const ended = /^The local run has ended: (npm start|deno task start), and then serve the page again$/;
      assert.equal(answered.status, 500, path);
      assert.match(saidBy(answered)[1] ?? "", ended, path);
    }
    writeLocalRun(run, folder);
  });

  it("takes a form up to a limit, which it names", async () => {
    const most = 20 * 1_048_576;
    const answered = await open.ask.post("/send", "", { body: "a".repeat(most) });
    assert.equal(answered.status, 413);
    const says = `A form may have ${most} bytes, received ${most + "form=&body=".length}.`;
    assert.deepEqual(saidBy(answered), ["Too large", says]);
  });

  it("takes GET and POST alone: HEAD begins no plan", async () => {
    const headers = { origin: `http://${open.address.host}` };
    const plan = "/replay/plan?to=github/push";
    for (const method of ["DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND", "PUT"]) {
      const { status, headers: answered } = await open.ask(plan, { method, headers });
      assert.deepEqual([method, status, answered.allow], [method, 405, "GET, POST"]);
      assert.equal((await open.ask(plan, { method, headers: { ...headers, cookie: "" } })).status, 403, method);
    }
    assert.equal((await open.ask(plan)).headers.location, "/job/1", "the first job");
  });

  it("says that a form cannot be read", async () => {
    const headers = { origin: `http://${open.address.host}`, "content-type": "multipart/form-data; boundary=x" };
    const answered = await open.ask("/send", { method: "POST", headers, body: "no part" });
    assert.equal(answered.status, 400);
    assert.match(saidBy(answered)[1] ?? "", /^Cannot read the form: expected fields as a browser sends them/);
  });

  it("answers the live part of a job that is not there 204, after which no browser asks again", async () => {
    assert.equal((await open.ask("/job/999/live")).status, 204);
  });

  it("says what is wrong with an address under another heading", async () => {
    const answered = await open.ask("/event?received=never");
    assert.deepEqual([answered.status, saidBy(answered)[0]], [400, "Not possible"]);
    assert.match(saidBy(answered)[1] ?? "", /^received takes a time in ISO 8601, received &quot;never&quot;$/);
  });
});

describe("awsFailure()", () => {
  const coded = (text: string, facts: object) => Object.assign(new Error(text), facts);

  it("says that a connection broke off, in the SDK's error and in that of fetch", () => {
    const says = "The connection broke off: ECONNRESET; see that the other side is on";
    const reset = coded("read ECONNRESET", { name: "TimeoutError", code: "ECONNRESET" });
    assert.equal(awsFailure(reset), says);
    assert.equal(awsFailure(new TypeError("fetch failed", { cause: reset })), says);
  });

  it("names the first address of a name that has two", () => {
    const one = coded("", { code: "ECONNREFUSED", address: "::1", port: 9 });
    const both = Object.assign(new AggregateError([one]), { code: "ECONNREFUSED" });
    assert.match(awsFailure(new TypeError("fetch failed", { cause: both })) ?? "", /^Cannot reach ::1:9: ECONNREFUSED/);
  });

  it("leaves other errors alone, whatever caused them", () => {
    const cause = coded("listen EADDRINUSE", { code: "EADDRINUSE", address: "127.0.0.1", port: 80 });
    const errors = [
      new TypeError("Cannot serve the page", { cause }),
      coded("no file", { code: "ENOENT" }),
      "text",
      undefined,
    ];
    assert.deepEqual(errors.map(awsFailure), [undefined, undefined, undefined, undefined]);
  });
});
