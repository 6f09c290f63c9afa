import { mkdirSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { keepParsedExpressions } from "./parsed-expressions.ts";
import type { Database, Dynalite, DynaliteInternals } from "./repairs/dynalite/dynalite.d.ts";
import type { RepairName } from "./repairs/dynalite/mod.ts";
import { repairOldItem } from "./repairs/dynalite/old-item.ts";
import { repairOpenAtStart } from "./repairs/dynalite/open-at-start.ts";
import { repairTornLog } from "./repairs/dynalite/torn-log.ts";

/** An open store: answers DynamoDB's requests, on whatever server they come in by. */
type OpenDynalite = { readonly answer: RequestListener; close(): Promise<void> };

const requireHere = createRequire(import.meta.url);

/** Makes dynalite with its repairs, but for those left out; the server that it makes never listens. */
export async function openDynalite(path: string | undefined, without: readonly RepairName[]): Promise<OpenDynalite> {
  const repairs = (name: RepairName) => !without.includes(name);
  if (repairs("old-item")) repairOldItem();
  keepParsedExpressions();
  if (path) mkdirSync(path, { recursive: true });
  const dynalite = requireHere("dynalite") as Dynalite;
  const internals = requireHere("dynalite/db") as DynaliteInternals;
  const { create } = internals;
  const databases: Database[] = [];
  internals.create = (options) => {
    const store = create(options);
    databases.push(store.db);
    return store;
  };
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...(path && { path }) });
  internals.create = create;
  if (repairs("open-at-start")) await repairOpenAtStart(databases, path);
  const [answer] = server.listeners("request") as [RequestListener];
  const [database] = databases;
  return {
    answer: path && database && repairs("torn-log") ? repairTornLog(database)(answer) : answer,
    async close() {
      for (const database of databases) {
        await new Promise<void>((resolve, reject) => {
          database.close((error) => (error ? reject(error) : resolve()));
        });
      }
    },
  };
}
