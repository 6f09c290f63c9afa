import { createSqlStores, type SqlClient, type SqlStores, tables } from "./sql-stores.ts";

export type { SqlStores };

/**
 * A client of Postgres for the stores. A pool or client of `pg` is one, and so is a PGlite; for `postgres` it is
 * `{ query: async (text, parameters) => ({ rows: await sql.unsafe(text, parameters) }) }`. Every statement stands
 * alone, so it may take any connection, also behind a pooler. Its time-outs are those of the client: a claim that
 * rejects is forwarded (ingress) or answered 503 (processing).
 */
export type PostgresClient = SqlClient;

/**
 * Makes the two tables if they do not exist: one statement, for a migration or for each start. Several processes may run
 * it at once: without the lock, two of them would both make a table and one would fail.
 */
export const postgresSchema: string = `DO $hookline$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('hookline'));
  ${tables.map((table) => `${table};`).join("\n  ")}
END $hookline$`;

/**
 * The stores in Postgres, for any number of machines. Run {@linkcode postgresSchema} first: making the stores
 * sends nothing. The isolation level must be the default, read committed.
 *
 * @example
 * ```ts
 * import { createPostgresStores, type PostgresClient, postgresSchema } from "@hookline/hookline/stores/postgres";
 *
 * export async function openStores(client: PostgresClient) {
 *   await client.query(postgresSchema, []);
 *   return createPostgresStores(client);
 * }
 * ```
 */
export function createPostgresStores(client: PostgresClient): SqlStores {
  return createSqlStores(client);
}
