/**
 * What dynalite 4.0.0 does otherwise than DynamoDB, mended: one file a fault. They mend different things, so they have no
 * signature in common; `local/aws/dynalite.ts` and `local/aws/dynamodb.ts` put them in their places.
 */
export const repairNames = ["old-item", "open-at-start", "table-settings", "torn-log"] as const;

export type RepairName = (typeof repairNames)[number];
