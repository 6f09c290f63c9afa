import { readdirSync } from "node:fs";
import type { CodedRow, ProviderRow, SentRequest } from "../contract/provider-row.ts";
import { timeOf } from "../contract/provider-variants.ts";

type RowFile = { readonly row?: ProviderRow; readonly codedRow?: CodedRow };

const folder = new URL("rows/", import.meta.url);
const files: readonly (readonly [string, RowFile])[] = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (file) => [file.replace(/\.ts$/, ""), await import(new URL(file, folder).href)] as const),
);

/**
 * A row for every provider that a scheme describes, or that signs as if one did, by name: each is the file of its name
 * in `rows`.
 */
export const rows: Readonly<Record<string, ProviderRow>> = Object.fromEntries(
  files.flatMap(([name, { row }]) => (row === undefined ? [] : [[name, row]])),
);

/** A row for every provider that verifies by a function, by name. */
export const codedRows: Readonly<Record<string, CodedRow>> = Object.fromEntries(
  files.flatMap(([name, { codedRow }]) => (codedRow === undefined ? [] : [[name, codedRow]])),
);

/** A rightly signed request of a row. */
export function requestOf(row: ProviderRow | CodedRow): SentRequest {
  if ("right" in row) return row.right;
  const time = timeOf(row);
  const body = new TextEncoder().encode(row.bodyAt?.(time) ?? row.body);
  const signature = row.write([row.sign(body, time, row.secret)], [time]);
  return { headers: { ...row.others([time]), ...row.echoes, ...row.fixed, [row.header]: signature }, body };
}
