import { createSqlStores, type SqlClient, type SqlStores, tables } from "./sql-stores.ts";

export type { SqlStores };

/**
 * What the stores need of Postgres: a pool or client of `pg` and a PGlite are such clients as they are; for `postgres`
 * it is `{ query: async (text, parameters) => ({ rows: await sql.unsafe(text, parameters) }) }`. Every statement stands
 * alone, so that it may take any connection, behind a pooler too. Its time-outs are those of the client: a claim that
 * rejects is forwarded (ingress) or answered 503 (processing).
 */
export type PostgresClient = SqlClient;

/**
 * Makes the two tables where they are not there: one statement, for a migration or for each start. Several may run it
 * at once: without the lock, two of them would both make a table and one fail.
 */
export const postgresSchema: string = `DO $hookline$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('hookline'));
  ${tables.map((table) => `${table};`).join("\n  ")}
END $hookline$`;

/**
 * The stores in Postgres, for any number of machines. Does nothing until it is asked: run {@linkcode postgresSchema}
 * before. The isolation level must be the default, read committed.
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
