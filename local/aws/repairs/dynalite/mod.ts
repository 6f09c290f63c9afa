/**
 * The differences of dynalite 4.0.0 from DynamoDB, repaired: one file a fault. The repairs have no signature in common, since
 * they change different things; `local/aws/dynalite.ts` and `local/aws/dynamodb.ts` apply them.
 */
export const repairNames = ["old-item", "open-at-start", "table-settings", "torn-log"] as const;

export type RepairName = (typeof repairNames)[number];
