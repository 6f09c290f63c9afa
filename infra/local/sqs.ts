import { listenOnLoopback, operationName } from "./endpoint.ts";
import type {
  App,
  AppModule,
  OtherStore,
  PersistenceModule,
  S3StoreModule,
  SnsStoreModule,
  SqsStore,
  SqsStoreModule,
} from "./fauxqs.d.ts";
import { createOutages, type Outage } from "./outages.ts";
import { surviveFullDisk } from "./sqs-full-disk.ts";
import { addRedrive, traceDeadLetters } from "./sqs-redrive.ts";
import { addTraces } from "./sqs-trace.ts";

/** Says for how many seconds a message stays hidden, asked to stay so for `asked`; by its queue's attributes. */
export type ShortenWait = (asked: number, attributes: Readonly<Record<string, string>>) => number;

/** An embedded SQS, and S3. */
export type Sqs = {
  readonly sqs: string;
  readonly s3: string;
  /** Is unwell as `how` says; S3 stays well. Returns what brings it back. */
  away(how: Outage): Promise<() => Promise<void>>;
  /** Has every long poll of a queue answer at once. */
  endPolls(queueName: string): void;
  close(): Promise<void>;
};

type Stores = { readonly sqsStore: SqsStore; readonly snsStore: OtherStore; readonly s3Store: OtherStore };

/**
 * Runs SQS and S3 in this process, on one server: fauxqs 2.4.1 with these corrections.
 *
 * - it listens on 127.0.0.1 (fauxqs: on every interface)
 * - a queue is found by the last path segment of its url, whatever the host and region in it
 * - ChangeMessageVisibility 0 on disk keeps the message (fauxqs: HTTP 500, and the message is gone until a restart)
 * - what is received, or dies, while the disk is full is kept (fauxqs: hidden or lost)
 * - StartMessageMoveTask, ListMessageMoveTasks, ListDeadLetterSourceQueues, DeadLetterQueueSourceArn
 * - AWSTraceHeader (fauxqs: taken and forgotten)
 * - GetQueueAttributes counts expired and undelayed messages as visible (fauxqs: not before the next receive)
 *
 * In memory, or in `directory` (SQLite); one process at a time, which nothing enforces here. `wait` shortens what
 * ChangeMessageVisibility asks for.
 * Gaps against AWS: RedriveAllowPolicy is kept, not enforced; an unknown receipt handle can be
 * deleted; characters beyond U+FFFF are refused; a long poll that another consumer beats answers early; a move task is
 * over when it has been started, moves only visible messages and loses the group of a FIFO message; an error's name may
 * bear the prefix `AWS.SimpleQueueService.`; an S3 body may have 11 MiB at most.
 */
export async function startSqs(
  options: { port?: number; s3Port?: number; directory?: string; accessKeyId?: string; wait?: ShortenWait } = {},
): Promise<Sqs> {
  const { port, s3Port, directory, accessKeyId } = options;
  const { buildApp } = await load<AppModule>("app.js");
  const sqsModule = await load<SqsStoreModule>("sqs/sqsStore.js");
  const { SnsStore } = await load<SnsStoreModule>("sns/snsStore.js");
  const { S3Store } = await load<S3StoreModule>("s3/s3Store.js");

  const sqsStore = findByName(new sqsModule.SqsStore());
  const sources = traceDeadLetters(sqsStore);
  const stores = { sqsStore, snsStore: new SnsStore(), s3Store: new S3Store() };
  const app = buildApp({ logger: false, stores });
  // A form is a body like any other in S3; only SNS, which is not used, wants it parsed.
  app.removeContentTypeParser("application/x-www-form-urlencoded");
  addRedrive(app, sqsModule, sqsStore, sources);
  addTraces(app);
  app.addHook("preHandler", async (request) => {
    if (operationName(request) !== "GetQueueAttributes") return;
    const { QueueUrl } = request.body as { QueueUrl?: string };
    sqsStore.getQueue(QueueUrl ?? "")?.processTimers();
  });
  if (options.wait !== undefined) shortenWaits(app, sqsStore, options.wait);
  const closeFiles = directory === undefined ? undefined : await keepOnDisk(directory, stores);

  await app.ready();
  const outages = createOutages();
  const admits = { accessKeyId };
  const first = await listenOnLoopback(outages.around(app.routing), { admits, port });
  nameQueuesAfter(first.url, sqsStore);
  const second = s3Port === undefined ? undefined : await listenOnLoopback(app.routing, { admits, port: s3Port });
  return {
    sqs: first.url,
    s3: (second ?? first).url,
    away: async (how) => outages.begin(how),
    endPolls: (name) => sqsStore.getQueueByName(name)?.notifyWaiters(),
    async close() {
      outages.end();
      // Ends the long polls, which would be waited for.
      await app.close();
      await second?.close();
      await first.close();
      closeFiles?.();
    },
  };
}

type VisibilityRequest = { VisibilityTimeout?: number; readonly Entries?: readonly { VisibilityTimeout?: number }[] };

/** Has ChangeMessageVisibility, alone and in a batch, hide messages for as long as `wait` says. */
function shortenWaits(app: App, store: SqsStore, wait: ShortenWait): void {
  const operations = new Set(["ChangeMessageVisibility", "ChangeMessageVisibilityBatch"]);
  app.addHook("preHandler", async (request) => {
    if (!operations.has(operationName(request))) return;
    const body = request.body as VisibilityRequest & { readonly QueueUrl?: string };
    const attributes = store.getQueue(body.QueueUrl ?? "")?.attributes ?? {};
    for (const asked of body.Entries ?? [body]) {
      if (asked.VisibilityTimeout) asked.VisibilityTimeout = wait(asked.VisibilityTimeout, attributes);
    }
  });
}

/** fauxqs' package exports hide everything but its server. */
async function load<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, import.meta.resolve("fauxqs")).href)) as Module;
}

function findByName(store: SqsStore): SqsStore {
  store.getQueue = (url) => store.getQueueByName(url.split("/").at(-1) ?? "");
  // With a host, fauxqs would make up `sqs.<region>.<host>`; with none, it takes the host of the request.
  store.host = "";
  return store;
}

/** Queues read from disk bear the port of the process that made them. */
function nameQueuesAfter(endpoint: string, { queues }: SqsStore): void {
  const all = [...queues.values()];
  queues.clear();
  for (const queue of all) {
    queue.url = new URL(new URL(queue.url).pathname, endpoint).href;
    queues.set(queue.url, queue);
  }
}

async function keepOnDisk(directory: string, stores: Stores): Promise<() => void> {
  const { PersistenceManager } = await load<PersistenceModule>("persistence.js");
  const persistence = new PersistenceManager(directory);
  // fauxqs writes NULL into the receive count, which is NOT NULL, and by then has lost the message from memory.
  const ready = "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?";
  const markReady = persistence.db.prepare(ready);
  persistence.updateMessageReady = (messageId) => {
    markReady.run(messageId);
  };
  surviveFullDisk(stores.sqsStore, persistence);
  // Only after loading: writing a queue anew would cascade into deleting its messages.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const target of [...Object.values(stores), ...stores.sqsStore.queues.values()]) target.persistence = persistence;
  return () => persistence.close();
}
