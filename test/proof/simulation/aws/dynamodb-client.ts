import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Perform } from "./calls.ts";
import { holds, type Item, updated } from "./expressions.ts";

type Input = {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
};

type SimulatedTable = {
  get(pk: string): Item | undefined;
  set(pk: string, item: Item): void;
};

/** What our adapters call of a DynamoDB client, on a simulated table: each call atomic, its answer lost now and then. */
export function createDynamoDbClient(table: SimulatedTable, perform: Perform): DynamoDBClient {
  const write = (pk: string, input: Input) => {
    const item = table.get(pk);
    const values = input.ExpressionAttributeValues ?? {};
    if (!holds(input.ConditionExpression, item, values)) {
      const old = item === undefined ? {} : { Item: { ...item } };
      throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {}, ...old });
    }
    const { UpdateExpression, ExpressionAttributeNames, Key } = input;
    const next =
      input.Item ?? updated(UpdateExpression ?? "", { ...Key, ...item }, values, ExpressionAttributeNames ?? {});
    table.set(pk, next);
    return { Attributes: item };
  };
  const client = {
    async send(command: { readonly input: Input }, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      const { input } = command;
      const pk = (input.Item ?? input.Key)?.pk?.S ?? "";
      const given = { signal: abortSignal, detail: pk };
      const point = pointOf(pk, input);
      if (command instanceof GetItemCommand) return await perform(point, () => ({ Item: table.get(pk) }), given);
      return await perform(point, () => write(pk, input), given);
    },
  };
  return client as unknown as DynamoDBClient;
}

/** The port's call that a client's call is made for. */
function pointOf(pk: string, { Item, UpdateExpression: update }: Input): string {
  if (!pk.startsWith("in#")) {
    if (update === undefined) return "processing.read";
    return update.includes("ADD n ") ? "processing.claim" : "processing.end";
  }
  if (Item !== undefined) return "dedupe.claim";
  if (update === undefined) return "dedupe.read";
  return update.includes("st = :r") ? "dedupe.reopen" : "dedupe.mark";
}
