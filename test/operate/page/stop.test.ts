import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Hono } from "hono";
import { writeLocalRun } from "../../../local/local-run.ts";
import { createForms } from "../../../operate/page/forms.ts";
import { localRun } from "../stage-fixture.ts";
import { type OpenPage, openPage } from "./open-page.ts";

describe("the examination of a stage that does not answer", () => {
  const folder = mkdtempSync(join(tmpdir(), "hookline-stop-"));
  const silent = createServer();
  let open: OpenPage;
  before(async () => {
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const functionUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const sources = { github: { provider: "github", url: functionUrl, secret: "s", queues: {} } };
    writeLocalRun(localRun({ functionUrl, sources, bucket: "archived", table: "records" }), folder);
    open = await openPage([], { folder });
  });
  after(async () => {
    silent.closeAllConnections();
    silent.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is stopped by its button, and ends with the page", async () => {
    for (const isStopped of [true, false]) {
      const asked = once(silent, "request");
      const begun = await open.ask.submit((await open.ask("/")).text, "/doctor");
      await asked;
      const job = String(begun.headers.location);
      if (!isStopped) continue;
      assert.equal((await open.ask.submit((await open.ask(job)).text, `${job}/stop`)).status, 303);
      assert.match(await open.ask.follow(`${job}/live`, /role="status">(?!running)/), /class="stopped"/);
    }
    await open.close();
  });
});

describe("a read-only page", () => {
  it("has the button that stops a job, and takes it, and no other", async () => {
    const forms = createForms({ isReadOnly: true });
    assert.equal(forms.button("/job/1/drop", "Drop"), "");
    const [, token = ""] = /name="form" value="([^"]*)"/.exec(String(await forms.button("/job/1/stop", "Stop"))) ?? [];
    assert.notEqual(token, "");
    const app = new Hono().use(forms.guard).post("*", (context) => context.text("taken"));
    const statusOf = async (path: string, form: string) =>
      (await app.request(path, { method: "POST", body: new URLSearchParams({ form }) })).status;
    assert.equal(await statusOf("/job/1/stop", token), 200);
    assert.equal(await statusOf("/job/1/stop", "another"), 403);
    for (const path of ["/replay", "/job/1/stop/", "/job/x/stop", "/doctor"]) {
      assert.equal(await statusOf(path, token), 403, path);
    }
  });
});
