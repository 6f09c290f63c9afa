import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** Whether a conditional write was refused: an answer, not a fault. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException;
}

/** A time as the table's TTL attribute has it: seconds since 1970. */
export function seconds(time: Date): string {
  return String(Math.floor(time.getTime() / 1000));
}
