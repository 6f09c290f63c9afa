import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHttpEvent, type HttpEvent } from "../../../lambdas/aws/http/http-event.ts";
import { createMemoryProcessing } from "../../../lambdas/core/memory-processing.ts";
import { createReceiver } from "../../../lambdas/core/mod.ts";
import { github, stripe } from "../../../lambdas/providers/mod.ts";
import { reportDeliveries } from "../../../local/entrances/deliveries.ts";
import { createEntrance } from "../../../local/entrances/http-entrance.ts";
import { createKeptDeliveries, serveKeptDeliveries } from "../../../local/entrances/kept-deliveries.ts";
import { type LocalRun, writeLocalRun } from "../../../local/local-run.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";
import { page } from "../../../operate/cli/page.ts";
import type { StagePlaces } from "../../../operate/stage/find-stage.ts";
import { Bucket, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, localRun } from "../stage-fixture.ts";
import { type Answer, browse } from "./browse.ts";

export const secrets = { github: "a secret of github", stripe: "whsec_of-stripe" } as const;

/** A local run whose function URL verifies for GitHub and Stripe and keeps what came, and its page. */
export async function startReceivingRun(given: Partial<LocalRun> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "hookline-receiving-"));
  const archive = await startArchive();
  const { accessKeyId, endpoints } = archive.standIns;
  const mappings = await openMappings([], accessKeyId);
  const kept = createKeptDeliveries();
  const deliveries = await serveKeptDeliveries(kept);
  const receive = createReceiver({
    sources: {
      github: { provider: github, secrets: async () => [secrets.github] },
      stripe: { provider: stripe, secrets: async () => [secrets.stripe] },
    },
    handlers: {},
    onUnhandledEvent: () => {},
    processing: createMemoryProcessing(),
  });
  const invoke = reportDeliveries(async (event) => {
    const { method, url, headers, body } = fromHttpEvent(event as HttpEvent);
    const hasBody = method !== "GET" && method !== "HEAD";
    const answer = await receive(new Request(url, { method, headers, ...(hasBody ? { body } : {}) }));
    return { ok: true, payload: { statusCode: answer.status, body: await answer.text() } };
  }, kept.add);
  const server = createServer(createEntrance({ kind: "function-url", host: "local", invoke: invoke as never }));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const functionUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sourceOf = (name: keyof typeof secrets) => {
    return { provider: name, url: `${functionUrl}/${name}`, secret: secrets[name], queues: {} };
  };
  writeLocalRun(
    localRun({
      ...{ accessKeyId, endpoints, lambda: mappings.url, table: TableName, bucket: Bucket, functionUrl },
      deliveries: deliveries.url,
      sources: { github: sourceOf("github"), stripe: sourceOf("stripe") },
      events: [deployed("github/push"), deployed("github/issues.opened"), deployed("stripe/invoice.paid")],
      ...given,
    }),
    folder,
  );
  return {
    archive,
    kept,
    functionUrl,
    /** Opens the page of the run. */
    open: async (...args: readonly string[]) => await openPage(args, { folder }),
    async close() {
      server.close();
      server.closeAllConnections();
      await deliveries.close();
      await mappings.close();
      await archive.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page in a browser: its answers, and its forms. */
export type OpenPage = {
  readonly ask: Awaited<ReturnType<typeof browse>>;
  /** Posts the form of a page that has this action, and a field of this value where one is given, with its fields filled in. */
  submit(html: string, action: string, fields?: Readonly<Record<string, string>>, among?: string): Promise<Answer>;
  /** Follows a live part until it has sent a text, and leaves it then. */
  follow(path: string, wanted: RegExp, meanwhile?: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
};

/** Opens the page of a stage. */
export async function openPage(args: readonly string[], places: StagePlaces): Promise<OpenPage> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const printed = Promise.withResolvers<string>();
  const served = page(args, (line) => line.startsWith("the page is at ") && printed.resolve(line.slice(15)), {
    ...places,
    ended,
  });
  served.catch(printed.reject);
  const address = new URL(await printed.promise);
  const ask = await browse(address);
  return {
    ask,
    async submit(html, action, fields = {}, among = "") {
      const forms = [...html.matchAll(/<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/g)];
      const [, , content = ""] = forms.find(([, to, text = ""]) => to === action && text.includes(among)) ?? [];
      const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
      const given = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
      const body = String(new URLSearchParams({ ...given, ...fields }));
      return await post(address, action, body);
    },
    async follow(path, wanted, meanwhile = async () => {}) {
      const asked = request({ host: "127.0.0.1", port: address.port, path, headers: browserHeaders(address) });
      asked.end();
      const [response] = await once(asked, "response");
      let text = "";
      for await (const part of response) {
        if (text === "") await meanwhile();
        text += part;
        if (wanted.test(text)) break;
      }
      assert.match(text, wanted);
      assert.match(String(response.headers["content-type"]), /^text\/event-stream/);
    },
    async close() {
      end();
      assert.equal(await served, 0);
    },
  };
}

/** Posts a form as the page's own browser does. */
async function post(address: URL, path: string, body: string): Promise<Answer> {
  const type = { "content-type": "application/x-www-form-urlencoded", origin: `http://${address.host}` };
  const headers = { ...type, ...browserHeaders(address) };
  const asked = request({ host: "127.0.0.1", port: address.port, path, method: "POST", headers });
  asked.end(body);
  const [response] = await once(asked, "response");
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() };
}

function browserHeaders({ host, searchParams }: URL) {
  return { host, cookie: `hookline-page=${searchParams.get("token")}` };
}
