/**
 * fauxqs 2.4.1, persistence.js:229: ChangeMessageVisibility 0 on disk writes NULL into the receive count, which is NOT NULL:
 * it answers HTTP 500, and the message is gone from memory, until a restart.
 * AWS makes the message visible at once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
import type { Fauxqs } from "./repair.ts";

const ready = "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?";

/** Leaves the receive count as it is. */
export function repairReleaseOnDisk({ persistence }: Fauxqs): void {
  if (persistence === undefined) return;
  const markReady = persistence.db.prepare(ready);
  persistence.updateMessageReady = (messageId) => {
    markReady.run(messageId);
  };
}
