import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, queueName } from "../../infra/queue-names.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { serveLogCounts } from "../../local/aws/log-counts.ts";
import { createKeptDeliveries, serveKeptDeliveries } from "../../local/entrances/kept-deliveries.ts";
import { writeLocalRun } from "../../local/local-run.ts";
import { openMappings } from "../../local/mapping/mappings-endpoint.ts";
import { Bucket, startArchive, TableName } from "../operate/events/archive-fixture.ts";
import { openPage } from "../operate/page/open-page.ts";
import { deployed, localRun, verifierAlone } from "../operate/stage-fixture.ts";
import { type Content, createSources, fill } from "./stage-content.ts";

/** A stage whose page is served. */
export type ServedStage = {
  /** The page's address as the command has printed it, with the token. */
  readonly address: URL;
  /** Archives an event, as one that comes while somebody looks. */
  receive(event: WebhookEvent): Promise<void>;
  close(): Promise<void>;
};

/** Serves the page of a stage on this machine that has this content, as `hookline page` does. */
export async function serveStage(content: Content): Promise<ServedStage> {
  const folder = mkdtempSync(join(tmpdir(), "hookline-browser-"));
  const archive = await startArchive();
  const { accessKeyId, endpoints } = archive.standIns;
  const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
  const secrets = new SecretsManagerClient(clientFor(endpoints.secretsmanager, accessKeyId));
  const events = content.processors.map((name) => deployed(name));
  const sources = await createSources(content, events, { sqs, secrets });
  await fill(content, archive, sqs);
  const mappings = await openMappings(
    [...events.map(({ queue }) => queue), archiveQueue].map((queue) => ({
      queueArn: `arn:aws:sqs:us-east-1:000000000000:${queueName("dev", queue)}`,
      functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${queueName("dev", queue)}`,
      mapping: { pause: async () => {}, resume: () => {} },
    })),
    accessKeyId,
    verifierAlone(events),
  );
  const lambda = new LambdaClient(clientFor(mappings.url, accessKeyId));
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const { UUID } = EventSourceMappings[events.findIndex(({ name }) => name === content.paused)] ?? {};
  if (UUID !== undefined) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  const kept = createKeptDeliveries();
  for (const [index, outcome] of refusedOutcomes.entries()) kept.add(...refused(index, outcome));
  const deliveries = await serveKeptDeliveries(kept);
  const counts = await serveLogCounts(() => ({
    ...{
      ignored: [{ source: "stripe", type: "customer.updated", events: 1 }],
      isCut: false,
      siblings: [],
      notLogged: [],
      starts: [],
    },
  }));
  const run = { accessKeyId, endpoints, lambda: mappings.url, table: TableName, bucket: Bucket, sources, events };
  writeLocalRun(localRun({ ...run, deliveries: deliveries.url, counts: counts.url }), folder);

  const { address, close } = await openPage([], { folder });
  return {
    address,
    receive: async (event) => await archive.write([event]),
    async close() {
      await close();
      for (const client of [lambda, sqs, secrets]) client.destroy();
      await mappings.close();
      await deliveries.close();
      await counts.close();
      await archive.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const refusedOutcomes = ["signature-wrong", "signature-missing", "signature-wrong", "timestamp-outside-window"];

/** A delivery that was refused, as the run keeps it. */
function refused(index: number, outcome: string): Parameters<ReturnType<typeof createKeptDeliveries>["add"]> {
  const source = index % 2 === 0 ? "github" : "stripe";
  const body = JSON.stringify({ id: `evt_refused_${index}`, type: "invoice.paid" });
  const answered = {
    source,
    path: `/${source}`,
    method: "POST",
    status: 401,
    outcome,
    milliseconds: 3,
    trace: undefined,
  };
  const event = {
    ...{ version: "2.0", rawPath: `/${source}`, rawQueryString: "", isBase64Encoded: false, body },
    headers: { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": "sha256=00" },
    requestContext: { http: { method: "POST", path: `/${source}` }, domainName: "127.0.0.1" },
  };
  return [answered, event as never];
}
