import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { githubDelivery } from "../core/deliveries.ts";
import { command, findRuntimes, type Host, hosts } from "../hosts/hosts.ts";
import { secret, start } from "../hosts/started.ts";
import { tryExample } from "../hosts/suite.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-hosts-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const runtimes = findRuntimes();
const own = "Deno" in globalThis ? "Deno" : "Node";

/** Those that need no package; the others are tried by `npm run hosts`. */
const tried = hosts.filter(
  ({ packages, runtime, app }) => packages === undefined && (runtime === own || app.includes("deno")),
);

async function serves(host: Host, program: string): Promise<void> {
  const file = fileURLToPath(new URL(`../../examples/${host.example.file}`, import.meta.url));
  const database = join(folder, `${host.app}.db`);
  const started = await start(command(host, program, file), { folder, database });
  try {
    await tryExample(started, host.example.path);
  } finally {
    await started.stop();
  }
}

describe("the examples of hosts", () => {
  for (const host of tried) {
    const { program } = runtimes[host.runtime] ?? {};
    const title = `take a push, run it once and refuse what is tampered with: ${host.example.file} on ${host.runtime}`;
    if (program === undefined) it.skip(`${title}, which is not here`, () => {});
    else it(title, () => serves(host, program));
  }

  it("are two at least", () => assert.ok(tried.length >= 2));

  it("have a route file for Next, whose functions need no Next", async () => {
    process.env.DATABASE = join(folder, "next.db");
    process.env.GITHUB_SECRET = secret;
    const { GET, POST } = await import("../../examples/next/app/api/webhooks/[source]/route.ts");
    const answer = async (path: string, changed: object = {}) => {
      const { url, method, headers, body } = { ...githubDelivery({ path }), ...changed };
      const response = await POST(new Request(url, { method, headers, body }));
      const { outcome, error } = await response.json();
      return `${response.status} ${outcome ?? error}`;
    };
    const path = "/api/webhooks/github";
    assert.equal(await answer(path), "200 accepted");
    assert.equal(await answer(path), "200 duplicate");
    assert.equal(await answer(path, { body: new TextEncoder().encode("{}") }), "401 signature-wrong");
    assert.equal(await answer("/github"), "404 source-unknown");
    assert.equal((await GET(new Request(`https://hooks.example${path}`))).status, 405);
  });
});
