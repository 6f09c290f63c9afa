import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  ResourceNotFoundException,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { clientFor, type Endpoint } from "../../local/aws/endpoint.ts";

/**
 * What the stack needs of DynamoDB, asked of any endpoint: conditional writes that tell the loser what was there,
 * exactly one winner among rivals, time to live. Makes a table of its own and deletes it.
 */
export function dynamoDbContract(name: string, start: () => Promise<Endpoint>): void {
  describe(`DynamoDB: ${name}`, () => {
    const TableName = `hookline-contract-${randomUUID()}`;
    let endpoint: Endpoint;
    let client: DynamoDBClient;

    before(async () => {
      endpoint = await start();
      client = new DynamoDBClient(clientFor(endpoint.url));
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [
            { AttributeName: "pk", AttributeType: "S" },
            { AttributeName: "source", AttributeType: "S" },
            { AttributeName: "receivedAt", AttributeType: "N" },
          ],
          KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-source",
              KeySchema: [
                { AttributeName: "source", KeyType: "HASH" },
                { AttributeName: "receivedAt", KeyType: "RANGE" },
              ],
              Projection: { ProjectionType: "ALL" },
            },
          ],
          SSESpecification: { Enabled: true },
          DeletionProtectionEnabled: false,
        }),
      );
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 2 }, { TableName });
    });

    after(async () => {
      await client?.send(new DeleteTableCommand({ TableName }));
      client?.destroy();
      await endpoint?.close();
    });

    /** The claim of the dedupe step: the first to put the key wins, an expired record counts as absent. */
    function claim(pk: string, owner: string, extra: Partial<PutItemCommandInput> = {}) {
      return client.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: pk }, owner: { S: owner }, leaseUntil: { N: "2000" } },
          ConditionExpression: "attribute_not_exists(pk) OR leaseUntil < :now",
          ExpressionAttributeValues: { ":now": { N: "1000" } },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          ...extra,
        }),
      );
    }

    async function ownerOf(pk: string): Promise<string | undefined> {
      const read = new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true });
      return (await client.send(read)).Item?.owner?.S;
    }

    function failedOver(owner: string | undefined) {
      return (error: unknown) => {
        assert.ok(error instanceof ConditionalCheckFailedException, String(error));
        assert.equal(error.Item?.owner?.S, owner);
        return true;
      };
    }

    it("gives the loser of a conditional put the item that won", async () => {
      await claim("put", "first");
      await assert.rejects(claim("put", "second"), failedOver("first"));
      assert.equal(await ownerOf("put"), "first");
    });

    it("returns no item on a failed condition that did not ask for it", async () => {
      await claim("silent", "first");
      const second = claim("silent", "second", { ReturnValuesOnConditionCheckFailure: "NONE" });
      await assert.rejects(second, failedOver(undefined));
    });

    it("lets a later claim take an expired record over, and returns the old one", async () => {
      await claim("expired", "first");
      const later = { ExpressionAttributeValues: { ":now": { N: "3000" } }, ReturnValues: "ALL_OLD" } as const;
      const { Attributes } = await claim("expired", "second", later);
      assert.equal(Attributes?.owner?.S, "first");
      assert.equal(await ownerOf("expired"), "second");
    });

    it("has exactly one winner among 100 concurrent claims, whom every loser is told", async () => {
      const rivals = Array.from({ length: 100 }, (_, index) => `rival-${index}`);
      const results = await Promise.allSettled(rivals.map((rival) => claim("contended", rival)));
      const winners = rivals.filter((_, index) => results[index]?.status === "fulfilled");
      assert.equal(winners.length, 1);
      assert.equal(await ownerOf("contended"), winners[0]);
      for (const result of results) if (result.status === "rejected") failedOver(winners[0])(result.reason);
    });

    it("loses none of 100 concurrent additions", async () => {
      const update = new UpdateItemCommand({
        TableName,
        Key: { pk: { S: "counter" } },
        UpdateExpression: "ADD attempts :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
        ReturnValues: "UPDATED_NEW",
      });
      const answers = await Promise.all(Array.from({ length: 100 }, () => client.send(update)));
      const counts = answers.map(({ Attributes }) => Number(Attributes?.attempts?.N));
      assert.deepEqual(
        counts.sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
    });

    it("marks a record for its owner only, and shows a stranger the record", async () => {
      await claim("mark", "owner");
      const mark = (owner: string) =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: { pk: { S: "mark" } },
            UpdateExpression: "SET #state = :enqueued REMOVE leaseUntil",
            ConditionExpression: "#owner = :owner",
            ExpressionAttributeNames: { "#state": "state", "#owner": "owner" },
            ExpressionAttributeValues: { ":enqueued": { S: "enqueued" }, ":owner": { S: owner } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            ReturnValues: "ALL_NEW",
          }),
        );
      await assert.rejects(mark("stranger"), failedOver("owner"));
      const { Attributes } = await mark("owner");
      assert.deepEqual(Attributes, { pk: { S: "mark" }, owner: { S: "owner" }, state: { S: "enqueued" } });
    });

    it("deletes under a condition, and returns the item on which it failed", async () => {
      await claim("delete", "owner");
      const remove = (owner: string) =>
        client.send(
          new DeleteItemCommand({
            TableName,
            Key: { pk: { S: "delete" } },
            ConditionExpression: "#owner = :owner",
            ExpressionAttributeNames: { "#owner": "owner" },
            ExpressionAttributeValues: { ":owner": { S: owner } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
      await assert.rejects(remove("stranger"), failedOver("owner"));
      await remove("owner");
      assert.equal(await ownerOf("delete"), undefined);
    });

    it("reads an index newest first, page by page", async () => {
      for (const receivedAt of ["1", "2", "3"]) {
        const Item = { pk: { S: `indexed-${receivedAt}` }, source: { S: "stripe" }, receivedAt: { N: receivedAt } };
        await client.send(new PutItemCommand({ TableName, Item }));
      }
      const query = {
        TableName,
        IndexName: "by-source",
        KeyConditionExpression: "#source = :source",
        ExpressionAttributeNames: { "#source": "source" },
        ExpressionAttributeValues: { ":source": { S: "stripe" } },
        ScanIndexForward: false,
        Limit: 2,
      };
      const first = await client.send(new QueryCommand(query));
      const second = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }));
      const read = [...(first.Items ?? []), ...(second.Items ?? [])].map((item) => item.receivedAt?.N);
      assert.deepEqual(read, ["3", "2", "1"]);
    });

    it("refuses an item over 400 KB, an empty key and an unknown table", async () => {
      const tooLarge = { pk: { S: "large" }, body: { S: "x".repeat(400 * 1024) } };
      const put = (Item: typeof tooLarge | { pk: { S: string } }, table = TableName) =>
        client.send(new PutItemCommand({ TableName: table, Item }));
      await assert.rejects(put(tooLarge), { name: "ValidationException" });
      await assert.rejects(put({ pk: { S: "" } }), { name: "ValidationException" });
      await assert.rejects(put({ pk: { S: "x" } }, `${TableName}-absent`), ResourceNotFoundException);
    });

    it("keeps the time to live of a table", async () => {
      const describeTimeToLive = new DescribeTimeToLiveCommand({ TableName });
      const status = async () => (await client.send(describeTimeToLive)).TimeToLiveDescription;
      assert.equal((await status())?.TimeToLiveStatus, "DISABLED");
      const TimeToLiveSpecification = { AttributeName: "expiresAt", Enabled: true };
      const enable = new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification });
      assert.deepEqual((await client.send(enable)).TimeToLiveSpecification, TimeToLiveSpecification);
      const enabled = await status();
      assert.match(enabled?.TimeToLiveStatus ?? "", /^ENABL(ED|ING)$/);
      assert.equal(enabled?.AttributeName, "expiresAt");
      await assert.rejects(client.send(enable), { name: "ValidationException" });
    });

    it("keeps point-in-time recovery of a table", async () => {
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
      const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
      const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      assert.equal(recovery, "ENABLED");
      const absent = new DescribeContinuousBackupsCommand({ TableName: `${TableName}-absent` });
      await assert.rejects(client.send(absent), /not found/i);
    });
  });
}
