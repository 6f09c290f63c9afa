import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
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
import { Bucket, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, localRun } from "../stage-fixture.ts";
import { openPage } from "./open-page.ts";

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
