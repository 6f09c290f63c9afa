import { isDeepStrictEqual } from "node:util";
import { archiveQueue, dlqName, queueName } from "../../infra/queue-names.ts";
import { factsIn } from "../../infra/receiver-facts.ts";
import { canaryQueue, canarySource } from "../../lambdas/aws/canary-source.ts";
import type { Finding } from "../doctor/finding.ts";
import { type Declared, placed, type Templates } from "./templates.ts";

/**
 * The resources that hold data, and their properties whose change has CloudFormation make another resource in place of this one. A test
 * holds them equal to what the pinned CLI of CDK knows.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html (*Update requires: Replacement*; likewise of the others)
 */
export const replacing: Readonly<Record<string, { readonly noun: string; readonly properties: readonly string[] }>> = {
  "AWS::DynamoDB::Table": {
    noun: "table",
    // An attribute of a key that changes its type takes the table with it.
    properties: [
      "AttributeDefinitions",
      "ImportSourceSpecification",
      "KeySchema",
      "LocalSecondaryIndexes",
      "TableName",
    ],
  },
  "AWS::S3::Bucket": {
    noun: "bucket",
    properties: ["BucketName", "BucketNamePrefix", "BucketNamespace", "ObjectLockEnabled"],
  },
  "AWS::SQS::Queue": { noun: "queue", properties: ["FifoQueue", "QueueName"] },
  "AWS::SecretsManager::Secret": { noun: "secret", properties: ["Name"] },
};

/**
 * Whether each resource that holds data is in the new templates as it was: one that is gone or replaced would lose its data. A queue that
 * was retired may leave once it is empty.
 *
 * @param waiting The events in a queue, by its name.
 */
export async function checkData(
  deployed: Templates | undefined,
  wanted: Templates,
  waiting: (queue: string) => Promise<number>,
): Promise<Omit<Finding, "check">> {
  if (deployed === undefined) return { state: "ok", says: "nothing is deployed yet" };
  const retired = retiredNames(deployed);
  const now = placed(wanted);
  const all = [...placed(deployed)].filter(([, { Type }]) => Type in replacing);
  const gone = all.filter(([place]) => !now.has(place));
  const wrong = [
    ...gone
      .filter(([, declared]) => !retired.has(nameOf(declared)) && !(isKept(declared) && tablesIn(wanted) === 0))
      .map(([place, declared]) => `${described(place, declared)} would leave the stack`),
    // Its records are in the table that the stage named before.
    ...(tablesIn(deployed) === 0 && tablesIn(wanted) > 0
      ? ["a new and empty table would take the place of the stage's"]
      : []),
    ...all.flatMap(([place, declared]) => {
      const changed = changedProperties(declared, now.get(place));
      return changed.length === 0 ? [] : [`${described(place, declared)} would be replaced (${changed.join(", ")})`];
    }),
  ];
  const takeBack = "take back the change that does it; an event file is retired before it is deleted (docs/using.md)";
  if (wrong.length > 0) return { state: "FAIL", says: firstOf(wrong), remedy: takeBack };
  const stay = `${all.length - gone.length} resources that hold data stay as they are`;
  if (gone.length === 0) return { state: "ok", says: stay };
  const full = await Promise.all(
    gone.map(async ([place, declared]) => {
      // The archive's queue has copies alone, and the canary's nothing of a provider: they are hardly ever empty.
      const isOfEvents = declared.Type === queueType && !/^hookline-[a-z0-9]+-(archive|canary)$/.test(nameOf(declared));
      const events = isOfEvents ? await waiting(nameOf(declared)) : 0;
      return events === 0 ? [] : [`${described(place, declared)} leaves the stack and holds ${events} events`];
    }),
  );
  if (full.flat().length > 0) {
    const remedy = "put its event file back as retired, deploy, and wait until queue and DLQ are empty (docs/using.md)";
    return { state: "FAIL", says: firstOf(full.flat()), remedy };
  }
  const leaving = firstOf(gone.map(([place, declared]) => described(place, declared)));
  return { state: "warn", says: `${stay}; retired or switched off, these leave the stack: ${leaving}` };
}

const queueType = "AWS::SQS::Queue";

function firstOf(texts: readonly string[]): string {
  return texts.length <= 5 ? texts.join("; ") : [...texts.slice(0, 5), `and ${texts.length - 5} more`].join("; ");
}

/** The properties that replace a resource, as far as they differ. */
function changedProperties({ Type, Properties = {} }: Declared, now: Declared | undefined): readonly string[] {
  if (now === undefined) return [];
  if (now.Type !== Type) return ["Type"];
  const { properties = [] } = replacing[Type] ?? {};
  return properties.filter((name) => !isDeepStrictEqual(Properties[name], now.Properties?.[name]));
}

/** The names of queues and secrets that may leave: of events and sources that were retired in a deploy before, and those of archive and canary. */
function retiredNames({ root }: Templates): ReadonlySet<string> {
  return new Set(
    factsIn(root.Metadata ?? {}).flatMap(({ stage, events, sources }) => {
      const retired = events.filter(({ options }) => options.retired === true);
      const queues = retired.flatMap(({ queue }) => [queueName(stage, queue), dlqName(stage, queue)]);
      const over = Object.keys(sources).filter((source) =>
        events.every((event) => event.source !== source || event.options.retired === true),
      );
      const secrets = [...over, canarySource].map((source) => `hookline/${stage}/${source}`);
      return [...queues, ...secrets, queueName(stage, archiveQueue), queueName(stage, canaryQueue)];
    }),
  );
}

function tablesIn(templates: Templates): number {
  return [...placed(templates).values()].filter(({ Type }) => Type === "AWS::DynamoDB::Table").length;
}

/** A table that leaves its stack stays in the account: `table` of the stage names another one. */
function isKept({ Type, DeletionPolicy }: Declared): boolean {
  return Type === "AWS::DynamoDB::Table" && DeletionPolicy === "Retain";
}

function nameOf({ Properties = {} }: Declared): string {
  const name = Properties.QueueName ?? Properties.Name;
  return typeof name === "string" ? name : "";
}

function described(place: string, declared: Declared): string {
  return `${replacing[declared.Type]?.noun} ${nameOf(declared) || place.replace(/^\//, "")}`;
}
