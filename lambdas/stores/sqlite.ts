import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { createSqlStores, type SqlStores, tables } from "./sql-stores.ts";

export type { SqlStores };

export type SqliteOptions = {
  /** How long a call waits for another process's lock, in milliseconds. Defaults to 5000. */
  readonly lockMilliseconds?: number;
};

/**
 * The stores in one SQLite file, for one machine and any number of processes on it. Makes its two tables where they are
 * not there and turns write-ahead logging on, so that readers and the one writer do not wait for each other. A call that
 * another process's lock refuses is retried, and other calls run in the meantime. When its time is up the call rejects,
 * and its event is forwarded (ingress) or answered 503 (processing).
 *
 * Give it a connection of its own: within a transaction of yours, others would not see its claims. A write is on
 * the disk before it is answered. The file has to lie on a local disk, not on a network's.
 *
 * @throws {Error} From SQLite, when the database is closed, read-only or no database.
 *
 * @example
 * ```ts
 * import { DatabaseSync } from "node:sqlite";
 * import { createSqliteStores } from "@hookline/hookline/stores/sqlite";
 *
 * const { dedupe, processing, sweep } = createSqliteStores(new DatabaseSync(":memory:"));
 * await sweep();
 * ```
 */
export function createSqliteStores(database: DatabaseSync, options: SqliteOptions = {}): SqlStores {
  const { lockMilliseconds = 5000 } = options;
  const statements = new Map<string, StatementSync>();
  let isPrepared = false;
  const prepare = () => {
    if (isPrepared) return;
    // Not under SQLite's own waiting: a change of the journal's mode is refused at once while another process makes one.
    // And as statements: of `exec` Deno does not say what kind an error is.
    for (const text of ["PRAGMA journal_mode = WAL", ...tables]) database.prepare(text).all();
    isPrepared = true;
  };
  try {
    prepare();
  } catch (error) {
    // Another process does it now: the first call retries.
    if (!isLocked(error)) throw error;
  }
  return createSqlStores({
    async query(text, parameters) {
      const named = parameters.map((value, index) => [`$${index + 1}`, value as SQLInputValue] as const);
      const call = () => {
        prepare();
        const statement = statements.get(text) ?? database.prepare(text);
        statements.set(text, statement);
        return statement.all(Object.fromEntries(named));
      };
      return { rows: await patiently(call, lockMilliseconds) };
    },
  });
}

/**
 * The result of a call that another process's lock may refuse. SQLite's own waiting would stop this process, and its
 * growing pauses starve a process beside a busy writer: two processes in one file had a claim refused after 1 s.
 */
async function patiently<T>(call: () => T, lockMilliseconds: number): Promise<T> {
  const until = performance.now() + lockMilliseconds;
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1 + 9 * Math.random()));
  }
}

/** SQLITE_BUSY is the code's last byte; the other bytes say the kind. @see https://www.sqlite.org/rescode.html */
function isLocked(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}
