import { ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  QueueDoesNotExist,
} from "@aws-sdk/client-sqs";
import { archiveQueue, dlqName, queueName } from "../../infra/queue-names.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { checked, type Finding } from "./finding.ts";
import { revertDrift, type Site } from "./site.ts";

/** Whether each DLQ is empty, each processor takes from its queue, and the archive from its own: a finding each. */
export async function checkQueues(site: Site): Promise<readonly Finding[]> {
  return await Promise.all([
    checked("DLQs", async () => {
      const found = await Promise.all(site.events.map(async (event) => ({ event, dead: await deadIn(site, event) })));
      const full = found.filter(({ dead }) => dead > 0);
      if (full.length === 0) return { state: "ok", says: allOf(site, "empty") };
      const says = full.map(({ event, dead }) => `${event.name} has ${dead}`).join(", ");
      return { state: "FAIL", says, remedy: `npm run dlq -- ${[...site.words, "list"].join(" ")}` };
    }),
    checked("mappings", async () => {
      const found = await Promise.all(
        site.events.map(async (event) => ({ event, ...(await mappingOf(site, event.queue)) })),
      );
      const wrong = found.filter(({ state }) => state !== "Enabled");
      if (wrong.length === 0) return { state: "ok", says: allOf(site, "enabled") };
      const says = wrong.map(({ event, state }) => `${event.name} is ${state}`).join(", ");
      const [{ event, uuid } = {}] = wrong;
      const command = uuid === "" ? revertDrift(site) : `npm run resume -- ${[...site.words, event?.name].join(" ")}`;
      return { state: "FAIL", says, remedy: `${command}; its queue keeps events for 7 days` };
    }),
    checked("archive", async () => {
      const found = await mappingOf(site, archiveQueue).catch((error: unknown) => {
        if (error instanceof QueueDoesNotExist) return undefined;
        throw error;
      });
      if (found === undefined) return { state: "ok", says: "there is none: events are not kept" };
      if (found.state === "Enabled") return { state: "ok", says: "takes every event" };
      const says = `its mapping is ${found.state}: events wait in its queue, and can be neither found nor replayed`;
      const remedy = `aws lambda update-event-source-mapping --enabled --uuid ${found.uuid}; its queue keeps events for 14 days`;
      return { state: "FAIL", says, remedy: found.uuid === "" ? revertDrift(site) : remedy };
    }),
  ]);
}

function allOf({ events: { length } }: Site, state: string): string {
  return `${length} of ${length} ${length === 1 ? "is" : "are"} ${state}`;
}

async function deadIn(site: Site, { queue }: DeployedEvent): Promise<number> {
  const wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const attributes = await attributesOf(site, dlqName(site.stage, queue), wanted);
  return wanted.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0);
}

/** The mapping of a queue: its id, and Lambda's word for its state. */
async function mappingOf(site: Site, queue: string): Promise<{ readonly uuid: string; readonly state: string }> {
  const { QueueArn } = await attributesOf(site, queueName(site.stage, queue), ["QueueArn"]);
  const answer = await site.lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: QueueArn }));
  const { UUID = "", State = "missing" } = answer.EventSourceMappings?.[0] ?? {};
  return { uuid: UUID, state: State };
}

async function attributesOf({ sqs }: Site, QueueName: string, AttributeNames: readonly QueueAttributeName[]) {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
  return (await sqs.send(command)).Attributes ?? {};
}
