import { listenOnLoopback, operationName } from "./endpoint.ts";
import { callInProcess, type SqsCalls } from "./in-process-sqs.ts";
import { createOutages, type Outage } from "./outages.ts";
import type {
  App,
  AppModules,
  PersistenceModules,
  S3Modules,
  SnsModules,
  SqsModules,
  SqsStore,
} from "./repairs/fauxqs/fauxqs.d.ts";
import { type RepairName, repairs } from "./repairs/fauxqs/mod.ts";
import type { Fauxqs } from "./repairs/fauxqs/repair.ts";

/** Says for how many seconds a message stays hidden, asked to stay so for `asked`; by its queue's attributes. */
type ShortenWait = (asked: number, attributes: Readonly<Record<string, string>>) => number;

/** An embedded SQS, and S3. */
export type Sqs = {
  readonly sqs: string;
  /** The same server. */
  readonly s3: string;
  /** Fails as `how` says, and S3 does not. Returns a function that ends the outage. */
  away(how: Outage): Promise<() => Promise<void>>;
  /** For this process. */
  readonly calls: SqsCalls;
  /** Has every long poll of a queue answer at once. */
  endPolls(queueName: string): void;
  close(): Promise<void>;
};

/**
 * Runs SQS and S3 in this process, on one server: fauxqs 2.4.1 with the {@linkcode repairs}. Its own
 * `startFauxqs` listens on every interface (app.js:280), so the server is made of its parts.
 *
 * In memory, or in `directory` (SQLite); one process at a time, which nothing enforces here. `wait` shortens what
 * ChangeMessageVisibility asks for. `without` leaves repairs out, for the tests that show what they mend.
 * Gaps against AWS: RedriveAllowPolicy is kept, not enforced; an unknown receipt handle can be
 * deleted; characters beyond U+FFFF are refused; a long poll that another consumer beats answers early; a move task is
 * over when it has been started, moves only visible messages and loses the group of a FIFO message; an error's name may
 * have the prefix `AWS.SimpleQueueService.`; an S3 body may have 256 MiB at most.
 */
export async function startSqs(
  options: { directory?: string; accessKeyId?: string; wait?: ShortenWait; without?: readonly RepairName[] } = {},
): Promise<Sqs> {
  const { accessKeyId } = options;
  const fauxqs = await build(options.directory);
  const { app, sqsStore } = fauxqs;
  for (const [name, repair] of Object.entries(repairs)) {
    if (!options.without?.includes(name as RepairName)) repair(fauxqs);
  }
  if (options.wait !== undefined) shortenWaits(app, sqsStore, options.wait);
  readFromDisk(fauxqs);

  await app.ready();
  const outages = createOutages();
  const listening = await listenOnLoopback(outages.around(app.routing), { admits: { accessKeyId } });
  return {
    sqs: listening.url,
    s3: listening.url,
    away: async (how) => outages.begin(how),
    calls: callInProcess(app, outages, new URL(listening.url).host),
    endPolls: (name) => sqsStore.getQueueByName(name)?.notifyWaiters(),
    async close() {
      outages.end();
      // Ends the long polls, which would be waited for.
      await app.close();
      await listening.close();
      fauxqs.persistence?.close();
    },
  };
}

type VisibilityRequest = { VisibilityTimeout?: number; readonly Entries?: readonly { VisibilityTimeout?: number }[] };

/** Has ChangeMessageVisibility, alone and in a batch, hide messages for as long as `wait` says. */
function shortenWaits(app: App, store: SqsStore, wait: ShortenWait): void {
  const operations = new Set(["ChangeMessageVisibility", "ChangeMessageVisibilityBatch"]);
  app.addHook("preHandler", (request, _reply, done) => {
    if (!operations.has(operationName(request))) return done();
    const body = request.body as VisibilityRequest & { readonly QueueUrl?: string };
    const attributes = store.getQueue(body.QueueUrl ?? "")?.attributes ?? {};
    for (const asked of body.Entries ?? [body]) {
      if (asked.VisibilityTimeout) asked.VisibilityTimeout = wait(asked.VisibilityTimeout, attributes);
    }
    done();
  });
}

async function build(directory: string | undefined): Promise<Fauxqs> {
  const { buildApp } = await load<AppModules>("app.js");
  const { SqsStore } = await load<SqsModules>("sqs/sqsStore.js");
  const { SnsStore } = await load<SnsModules>("sns/snsStore.js");
  const { S3Store } = await load<Pick<S3Modules, "S3Store">>("s3/s3Store.js");
  const { S3Error } = await load<Pick<S3Modules, "S3Error">>("common/errors.js");
  const { PersistenceManager } = await load<PersistenceModules>("persistence.js");
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  return {
    ...stores,
    app: buildApp({ logger: false, stores }),
    modules: { SqsStore, S3Store, S3Error },
    ...(directory === undefined ? {} : { persistence: new PersistenceManager(directory) }),
  };
}

/** fauxqs' package exports hide everything but its server. */
async function load<Modules>(path: string): Promise<Modules> {
  return (await import(new URL(path, import.meta.resolve("fauxqs")).href)) as Modules;
}

function readFromDisk({ sqsStore, snsStore, s3Store, persistence }: Fauxqs): void {
  if (persistence === undefined) return;
  persistence.load(sqsStore, snsStore, s3Store);
  // Only after loading: writing a queue anew would cascade into deleting its messages.
  for (const target of [sqsStore, snsStore, s3Store, ...sqsStore.queues.values()]) target.persistence = persistence;
}
