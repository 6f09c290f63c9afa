/**
 * dynalite 4.0.0, db/index.js:50: opens its database in its own time. A directory that another process holds crashes it at the
 * first request, and a second start could take the directory from the first meanwhile.
 * LevelDB lets one process at a time open a database, and says so to the others.
 * https://github.com/google/leveldb/blob/main/doc/index.md#concurrency
 */
import type { Database } from "./dynalite.d.ts";

/** @throws {Error} Where the database does not open: the start fails, and not a request after it. */
export async function repairOpenAtStart(databases: readonly Database[], path: string | undefined): Promise<void> {
  try {
    for (const database of databases) await database.open();
  } catch (cause) {
    throw new Error(`Cannot start DynamoDB: "${path}" does not open; another process may be using it`, { cause });
  }
}
