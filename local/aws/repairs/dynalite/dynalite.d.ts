/** The parts of dynalite 4.0.0 that the stand-in uses; it brings no types. */
import type { Server } from "node:http";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

type Item = Record<string, AttributeValue>;
type ItemRequest = { readonly ReturnValuesOnConditionCheckFailure?: string };
type ConditionFailure = Error & { readonly body: { Item?: Item } };

/** The used part of a Level database as dynalite wraps it: each write ends with a callback. */
export type Database = {
  open(): Promise<void>;
  close(done: (error?: Error | null) => void): void;
} & Record<"put" | "del" | "batch", (...given: unknown[]) => void>;

export type Dynalite = (options: { createTableMs: 0; deleteTableMs: 0; updateTableMs: 0; path?: string }) => Server;

export type DynaliteInternals = {
  create(options: object): { readonly db: Database };
  checkConditional(request: ItemRequest, existing: Item | undefined): ConditionFailure | null | undefined;
};
