import type { App, OtherStore, Persistence, S3Modules, S3Store, SqsModules, SqsStore } from "./fauxqs.d.ts";

/** The parts of a fauxqs server that does not listen yet and holds no queue. */
export type Fauxqs = {
  readonly app: App;
  readonly sqsStore: SqsStore;
  readonly snsStore: OtherStore;
  readonly s3Store: S3Store;
  readonly modules: SqsModules & S3Modules;
  /** Where it keeps its state on disk. */
  readonly persistence?: Persistence;
};

export type Repair = (fauxqs: Fauxqs) => void;
