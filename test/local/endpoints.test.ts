import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { endpoints } from "../../operate/cli/endpoints.ts";
import { send } from "../../operate/cli/send.ts";
import { answering } from "../answering.ts";
import { fakeHackmamba, fakeStripe } from "../operate/endpoints/fake-apis.ts";
import { type FakeApi, type KeptEndpoint, startFakeProvider } from "../operate/endpoints/fake-provider.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-tunnel-"));
const events = join(folder, "events");
const keyFile = join(folder, "key");
const secretFile = join(folder, "secret");
let stack: LocalStack;
let tunnel: Server;
let address: string;

/** A delivery of a provider: signed by the secret that it has, and posted to the URL that it was given. */
async function deliver(name: string, { url, secret }: KeptEndpoint): Promise<string> {
  writeFileSync(secretFile, secret);
  const printed: string[] = [];
  const given = [name, "--id", "tunnelled", "--secret-file", secretFile, "--url", url];
  await send(given, (line) => printed.push(line), folder);
  return printed.join();
}

/** The command on the local run, behind the tunnel, with a fake at the other end. */
async function endpointsOf(source: string, api: FakeApi) {
  const provider = await startFakeProvider(api);
  writeFileSync(keyFile, api.key);
  const lines: string[] = [];
  const place = ["--local", "--url", address, "--api", provider.url, "--key-file", keyFile, "--yes"];
  const run = (action: string, more: readonly string[] = [], ended: () => Promise<unknown> = async () => {}) =>
    endpoints(["dev", source, action, ...place, ...more], (line) => lines.push(line), { folder, ended });
  return { provider, run, lines };
}

describe("endpoints, on the local run behind a tunnel", () => {
  before(async () => {
    const core = fileURLToPath(new URL("../../lambdas/core/processing/processor.ts", import.meta.url));
    for (const name of ["hackmamba/user.created", "stripe/invoice.paid"]) {
      const path = join(events, `${name}.ts`);
      mkdirSync(dirname(path), { recursive: true });
      const made = `export default processor({ impact: "Harm" }, async () => {});\n`;
      writeFileSync(path, `import { processor } from ${JSON.stringify(core)};\n${made}`);
    }
    stack = await runLocal({ port: 0, events, folder, log() {} });
    tunnel = answering(async (request, response) => {
      const headers = new Headers(request.headers as Record<string, string>);
      const body = await buffer(request);
      const { method = "" } = request;
      const answer = await fetch(`${stack.run.functionUrl}${request.url}`, { method, headers, body });
      response.writeHead(answer.status).end(await answer.text());
    });
    tunnel.listen(0, "127.0.0.1");
    await once(tunnel, "listening");
    address = `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
  });
  after(async () => {
    tunnel.closeAllConnections();
    tunnel.close();
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("apply has the provider's test accepted at once, by a secret of ours", async () => {
    const answers: string[] = [];
    const { provider, run } = await endpointsOf(
      "hackmamba",
      fakeHackmamba(async (to) => answers.push(await deliver("hackmamba/user.created", to))),
    );
    assert.equal(await run("apply"), 0);
    assert.equal(provider.kept[0]?.url, `${address}/hackmamba`);
    assert.equal(await run("test"), 0);
    assert.deepEqual(answers, ["200 accepted tunnelled"]);
    assert.equal(await run("delete"), 0);
    assert.deepEqual(provider.kept, []);
    await provider.close();
  });

  it("apply has the provider's secret accepted as soon as it is stored, and removes the endpoint at the end", async () => {
    const { provider, run, lines } = await endpointsOf("stripe", fakeStripe());
    const answers: string[] = [];
    await run("apply", ["--remove-at-end"], async () => {
      for (const endpoint of provider.kept) answers.push(await deliver("stripe/invoice.paid", endpoint));
    });
    assert.deepEqual(answers, ["200 accepted tunnelled"]);
    assert.match(lines.at(-1) ?? "", /^Deleted we_\d+ at Stripe\.$/);
    assert.deepEqual(provider.kept, []);
    await provider.close();
  });
});
