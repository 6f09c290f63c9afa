import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** A table of records as the stack has it, for `CreateTableCommand`. */
export function recordsTable(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  };
}
