import type { DedupeStore } from "../core/ingress/dedupe-store.ts";
import type { ProcessingStore } from "../core/processing/processing-store.ts";

/** Runs one statement, its parameters `$1`, `$2`, … being texts, numbers, booleans and null; gives its rows. */
export type SqlClient = {
  query(text: string, parameters: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
};

/** The records of ingress and of processing, in one database. */
export type SqlStores = {
  readonly dedupe: DedupeStore;
  readonly processing: ProcessingStore;
  /**
   * Deletes the records that have expired. They count as absent in any case, so once a day is enough: a database has
   * no TTL of its own. `now` defaults to the present.
   */
  sweep(now?: Date): Promise<void>;
};

/** Times are milliseconds since 1970. No index on `expires`: each claim would pay for an index that a sweep needs once a day. */
export const tables = [
  `CREATE TABLE IF NOT EXISTS hookline_ingress (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, owner TEXT NOT NULL, body_hash TEXT NOT NULL,
    claimed_at BIGINT NOT NULL, expires BIGINT NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS hookline_processing (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, owner TEXT NOT NULL, lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL, cut BOOLEAN NOT NULL, burning TEXT NOT NULL, reason TEXT, expires BIGINT NOT NULL
  )`,
] as const;

/** Both stores in the SQL that SQLite and Postgres share. Each call is one atomic statement; a refused claim reads, too. */
export function createSqlStores(client: SqlClient): SqlStores {
  const rows = async (text: string, ...parameters: (string | number | null)[]): Promise<readonly Row[]> =>
    (await client.query(text, parameters)).rows as readonly Row[];
  return {
    dedupe: createDedupe(rows),
    processing: createProcessing(rows),
    async sweep(now = new Date()) {
      await rows("DELETE FROM hookline_ingress WHERE expires < $1", now.getTime());
      await rows("DELETE FROM hookline_processing WHERE expires < $1", now.getTime());
    },
  };
}

/** A column's value. Drivers of Postgres give whole numbers as texts, SQLite gives booleans as numbers. */
type Row = Readonly<Record<string, unknown>>;
type Rows = (text: string, ...parameters: (string | number | null)[]) => Promise<readonly Row[]>;

function createDedupe(rows: Rows): DedupeStore {
  const store: DedupeStore = {
    async claim(key, { state, owner, bodyHash, at, expires }, signal) {
      signal?.throwIfAborted();
      const [won] = await rows(
        `INSERT INTO hookline_ingress AS held (key, state, owner, body_hash, claimed_at, expires)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (key) DO UPDATE SET state = excluded.state, owner = excluded.owner,
          body_hash = excluded.body_hash, claimed_at = excluded.claimed_at, expires = excluded.expires
        WHERE held.expires < excluded.claimed_at
        RETURNING owner`,
        ...[key, state, owner, bodyHash, at.getTime(), expires.getTime()],
      );
      if (won !== undefined) return { won: true };
      const held = await store.read(key, signal);
      if (held === undefined) throw new Error("The ingress record was refused and is not there");
      return { won: false, held };
    },
    async read(key, signal) {
      signal?.throwIfAborted();
      const [row] = await rows("SELECT * FROM hookline_ingress WHERE key = $1", key);
      if (row === undefined) return undefined;
      return {
        state: row.state === "enqueued" ? "enqueued" : "received",
        owner: String(row.owner),
        bodyHash: String(row.body_hash),
        at: new Date(Number(row.claimed_at)),
        expires: new Date(Number(row.expires)),
      };
    },
    async mark(key, { owner, expires }, signal) {
      signal?.throwIfAborted();
      await rows(
        `INSERT INTO hookline_ingress AS held (key, state, owner, body_hash, claimed_at, expires)
        VALUES ($1, 'enqueued', $2, '', 0, $3)
        ON CONFLICT (key) DO UPDATE SET state = excluded.state, expires = excluded.expires
        WHERE held.owner = excluded.owner`,
        ...[key, owner, expires.getTime()],
      );
    },
    async reopen(key, expires) {
      // A fresh owner, so that a mark still on its way cannot undo it.
      await rows(
        `INSERT INTO hookline_ingress (key, state, owner, body_hash, claimed_at, expires)
        VALUES ($1, 'received', $2, '', 0, $3)
        ON CONFLICT (key) DO UPDATE SET state = excluded.state, owner = excluded.owner, expires = excluded.expires`,
        ...[key, crypto.randomUUID(), expires.getTime()],
      );
    },
  };
  return store;
}

function createProcessing(rows: Rows): ProcessingStore {
  const store: ProcessingStore = {
    async claim(key, { owner, messageId, now, leaseUntil, expires }) {
      const [won] = await rows(
        `INSERT INTO hookline_processing AS held
          (key, state, owner, lease_until, attempts, cut, burning, reason, expires)
        VALUES ($1, 'processing', $2, $3, 1, FALSE, '', NULL, $4)
        ON CONFLICT (key) DO UPDATE SET state = excluded.state, owner = excluded.owner,
          lease_until = excluded.lease_until, expires = excluded.expires, attempts = held.attempts + 1, reason = NULL,
          cut = (held.state = 'processing' AND held.owner <> excluded.owner)
        WHERE held.expires < $5 OR held.state = 'failed'
          OR (held.state = 'processing' AND (held.lease_until < $5 OR held.owner = excluded.owner))
          OR (held.state = 'dead' AND replace(held.burning, $6, '') = held.burning)
        RETURNING attempts, cut`,
        ...[key, owner, leaseUntil.getTime(), expires.getTime(), now.getTime(), copyName(messageId)],
      );
      if (won !== undefined) return { won: true, attempt: Number(won.attempts), cut: Boolean(won.cut) };
      const held = await store.read(key);
      if (held === undefined) throw new Error("The processing record was refused and is not there");
      const { state, leaseUntil: until } = held;
      return { won: false, state: state === "failed" ? "processing" : state, leaseUntil: until };
    },
    async read(key) {
      const [row] = await rows(
        "SELECT state, lease_until, attempts, expires FROM hookline_processing WHERE key = $1",
        key,
      );
      if (row === undefined) return undefined;
      return {
        state: row.state as "processing" | "failed" | "done" | "dead",
        leaseUntil: new Date(Number(row.lease_until)),
        attempts: Number(row.attempts),
        expires: new Date(Number(row.expires)),
      };
    },
    async end(key, owner, { state, messageId, reason, expires }) {
      const [ended] = await rows(
        `UPDATE hookline_processing
        SET state = $3, expires = $4, reason = COALESCE($5, reason), burning = burning || $6
        WHERE key = $1 AND owner = $2 AND state = 'processing'
        RETURNING key`,
        ...[key, owner, state, expires.getTime()],
        ...[reason === undefined ? null : storable(reason), state === "dead" ? copyName(messageId) : ""],
      );
      return ended !== undefined;
    },
  };
  return store;
}

/** A copy's id as it is written among others in one text: none is part of another. */
function copyName(messageId: string): string {
  return `#${encodeURIComponent(messageId.toWellFormed())}#`;
}

/** Postgres refuses what an error of a sender's making can hold: NUL, and half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\u{fffd}");
}
