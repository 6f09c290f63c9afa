/** The parts of fauxqs 2.4.1 that the stand-in uses; its package exports only the server, so the stores are typed here. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

export type SqsMessage = {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: object;
  readonly messageGroupId?: string | undefined;
  readonly messageDeduplicationId?: string | undefined;
};

export type ReceivedMessage = { readonly ReceiptHandle: string; Attributes?: Record<string, string> };

export type SqsQueue = {
  readonly name: string;
  readonly arn: string;
  url: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly inflightMessages: ReadonlyMap<string, { readonly message: SqsMessage }>;
  persistence?: Persistence;
  enqueue(message: SqsMessage): void;
  dequeue(maximum: number, visibilitySeconds?: number, findDeadLetterQueue?: FindQueue): ReceivedMessage[];
  deleteMessage(receiptHandle: string): boolean;
  processTimers(): void;
  /** Has long polls look again, and answer. */
  notifyWaiters(): void;
};

/** Where `dequeue` puts a message that was received too often. */
export type FindQueue = (arn: string) => Pick<SqsQueue, "enqueue"> | undefined;

export type SqsStore = {
  host: string;
  persistence?: Persistence;
  readonly queues: Map<string, SqsQueue>;
  createQueue(...definition: readonly unknown[]): SqsQueue;
  getQueue(url: string): SqsQueue | undefined;
  getQueueByName(name: string): SqsQueue | undefined;
  getQueueByArn(arn: string): SqsQueue | undefined;
};

export type OtherStore = { persistence?: Persistence };

export type S3Object = { readonly key: string; readonly etag: string };
export type S3ListOptions = {
  readonly prefix?: string;
  readonly delimiter?: string;
  readonly maxKeys?: number;
  /** For ListObjectsV2; empty where there is none. */
  readonly startAfter?: string;
  /** For ListObjects; empty where there is none. */
  readonly marker?: string;
};
export type S3List = {
  readonly objects: readonly S3Object[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
};

export type S3Store = OtherStore & {
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, S3Object>>;
  readonly multipartUploads: ReadonlyMap<string, { readonly bucket: string; readonly key: string }>;
  listObjects(bucket: string, options?: S3ListOptions): S3List;
  putObject(bucket: string, key: string, ...rest: readonly unknown[]): S3Object;
  completeMultipartUpload(uploadId: string, parts: unknown): S3Object;
};

export type Persistence = {
  readonly db: { prepare(sql: string): { run(...values: string[]): unknown } };
  insertMessage(queueName: string, message: SqsMessage): void;
  deleteMessage(messageId: string): void;
  updateMessageInflight(messageId: string, ...receiptAndCount: readonly unknown[]): void;
  updateMessageReady(messageId: string): void;
  load(sqs: SqsStore, sns: OtherStore, s3: OtherStore): void;
  close(): void;
};

export type SqsModules = {
  readonly SqsStore: {
    new (): SqsStore;
    createMessage(
      body: string,
      attributes: object,
      delaySeconds: undefined,
      ...groupAndDeduplicationId: readonly (string | undefined)[]
    ): SqsMessage;
  };
};
export type S3Modules = {
  readonly S3Store: new () => S3Store;
  readonly S3Error: new (
    code: string,
    message: string,
    status: number,
    resource?: string,
  ) => Error & { toXml(): string };
};
export type SnsModules = { readonly SnsStore: new () => OtherStore };
export type PersistenceModules = { readonly PersistenceManager: new (directory: string) => Persistence };

/** A request as a fastify hook gets it after its body has been parsed. */
export type Request = { readonly method: string; readonly headers: IncomingHttpHeaders; readonly body: unknown };
export type Reply = {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(body: object | string): Reply;
};

export type App = {
  addHook(name: "preHandler", hook: (request: Request, reply: Reply, done: () => void) => void): App;
  addHook(name: "preSerialization", hook: (request: Request, reply: Reply, body: object) => Promise<object>): App;
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: "buffer"; readonly bodyLimit: number },
    parse: (request: Request, body: Uint8Array, done: (error: null, body: Uint8Array) => void) => void,
  ): App;
  removeContentTypeParser(type: string): void;
  setErrorHandler(handle: (error: Error & { readonly code?: string }, request: Request, reply: Reply) => Reply): App;
  routing(request: IncomingMessage, response: ServerResponse): void;
  /** Serves a request that comes by no socket. */
  inject(request: {
    readonly method: "POST";
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: object;
  }): Promise<{ readonly statusCode: number; readonly payload: string }>;
  ready(): Promise<unknown>;
  close(): Promise<void>;
};

export type AppModules = {
  buildApp(options: {
    logger: boolean;
    stores: { sqsStore: SqsStore; snsStore: OtherStore; s3Store: OtherStore };
  }): App;
};
