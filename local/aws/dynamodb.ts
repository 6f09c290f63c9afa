import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openDynalite } from "./dynalite.ts";
import { answerJson, clientFor, type Endpoint, listenOnLoopback, type Operation, operationName } from "./endpoint.ts";
import { createOutages, type Outage } from "./outages.ts";
import type { RepairName } from "./repairs/dynalite/mod.ts";
import { repairTableSettings } from "./repairs/dynalite/table-settings.ts";

/** An embedded DynamoDB. */
export type DynamoDb = Endpoint & {
  /**
   * Refuses every connection, as if the service were gone, and keeps its state; or fails as `how` says. Returns a function
   * that ends the outage, on the same port.
   */
  away(how?: Outage): Promise<() => Promise<void>>;
};

/**
 * Runs DynamoDB in this process: dynalite 4.0.0, with what `repairs` mends of it.
 *
 * In memory, or in `directory`, where it also survives a killed process; a second process there is refused. `without` leaves
 * repairs out, for the tests that show what they mend.
 * Gaps against AWS: no transactions, no streams, no throttling; encryption, tags and deletion protection are
 * accepted and ignored; UpdateTable adds no index to an on-demand table.
 */
export async function startDynamoDb(
  options: { port?: number; directory?: string; accessKeyId?: string; without?: readonly RepairName[] } = {},
): Promise<DynamoDb> {
  const { port, directory, accessKeyId, without = [] } = options;
  const dynalite = await openDynalite(directory && join(directory, "items"), without);
  let operations: ReadonlyMap<string, Operation> = new Map();
  const outages = createOutages();
  const answer = outages.around((request, response) => {
    const operation = operations.get(operationName(request));
    if (operation) answerJson(request, response, operation);
    else dynalite.answer(request, response);
  });
  const listen = (at: number | undefined) => listenOnLoopback(answer, { admits: { accessKeyId }, port: at });
  let listening: Endpoint | undefined;
  try {
    listening = await listen(port);
  } catch (error) {
    await dynalite.close();
    throw error;
  }
  const { url } = listening;

  const client = new DynamoDBClient(clientFor(url, accessKeyId));
  const settings = without.includes("table-settings")
    ? undefined
    : repairTableSettings(client, {
        file: directory && join(directory, "table-settings.json"),
        isHere: () => listening !== undefined,
      });
  operations = settings?.operations ?? operations;
  return {
    url,
    async away(how) {
      if (how !== undefined) return outages.begin(how);
      const here = listening;
      listening = undefined;
      await here?.close();
      return async () => {
        listening ??= await listen(Number(new URL(url).port));
      };
    },
    async close() {
      outages.end();
      await settings?.close();
      client.destroy();
      await listening?.close();
      await dynalite.close();
    },
  };
}
