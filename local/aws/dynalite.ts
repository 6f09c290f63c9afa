import { mkdirSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import { createRequire } from "node:module";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Database, mendTornLog } from "./repairs/dynalite/torn-log.ts";

/** An open store: answers DynamoDB's requests, on whatever server they come in by. */
type OpenDynalite = { readonly answer: RequestListener; close(): Promise<void> };

type Item = Record<string, AttributeValue>;
type ItemRequest = { readonly ReturnValuesOnConditionCheckFailure?: string };
type ConditionFailure = Error & { readonly body: { Item?: Item } };

/** What is used of dynalite 4.0.0, which brings no types. */
type Dynalite = (options: { createTableMs: 0; deleteTableMs: 0; updateTableMs: 0; path?: string }) => Server;
type DynaliteInternals = {
  create(options: object): { readonly db: Database };
  checkConditional(request: ItemRequest, existing: Item | undefined): ConditionFailure | null | undefined;
};

const requireHere = createRequire(import.meta.url);

/**
 * dynalite removes fields that its request types do not name, so the field is added to them; its actions look
 * `checkConditional` up on the module at each call, so a wrapped export reaches them. Both hold for 4.0.0 only.
 */
function returnOldItemOnFailedCondition(): void {
  const field = "ReturnValuesOnConditionCheckFailure";
  const requestTypes = ["putItem", "updateItem", "deleteItem"].map(
    (action) => (requireHere(`dynalite/validations/${action}`) as { types: Record<string, object> }).types,
  );
  if (requestTypes.every((types) => field in types)) return;
  for (const types of requestTypes) types[field] = { type: "String", enum: ["ALL_OLD", "NONE"] };

  const internals = requireHere("dynalite/db") as DynaliteInternals;
  const { checkConditional } = internals;
  internals.checkConditional = (request, existing) => {
    const failure = checkConditional(request, existing);
    if (failure && existing && request[field] === "ALL_OLD") failure.body.Item = existing;
    return failure;
  };
}

/**
 * Makes dynalite with its database open; the server that it makes never listens. dynalite opens it in its own time: a
 * directory that another process holds would crash it at the first request, and a second start could take the
 * directory from the first meanwhile.
 */
export async function openDynalite(path: string | undefined): Promise<OpenDynalite> {
  returnOldItemOnFailedCondition();
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
  try {
    for (const database of databases) await database.open();
  } catch (cause) {
    throw new Error(`Cannot start DynamoDB: "${path}" does not open; another process may be using it`, { cause });
  }
  const [answer] = server.listeners("request") as [RequestListener];
  const [database] = databases;
  return {
    answer: path && database ? mendTornLog(database)(answer) : answer,
    async close() {
      for (const database of databases) {
        await new Promise<void>((resolve, reject) => {
          database.close((error) => (error ? reject(error) : resolve()));
        });
      }
    },
  };
}
