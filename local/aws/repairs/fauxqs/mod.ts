/**
 * The differences of fauxqs 2.4.1 from AWS, repaired: one file a fault, at its head the place in `node_modules/fauxqs/dist` and
 * the behaviour of AWS. `test/local/aws/repairs/fauxqs` makes the same calls without each repair: where they show no fault, a
 * newer fauxqs has repaired it, and the file can be deleted.
 */
import { repairConditionalWrites } from "./conditional-writes.ts";
import { repairDeadLetterSource } from "./dead-letter-source.ts";
import { repairFormBodies } from "./form-bodies.ts";
import { repairFullDisk } from "./full-disk.ts";
import { repairLargeBodies } from "./large-bodies.ts";
import { repairListOrder } from "./list-order.ts";
import { repairMessageCounts } from "./message-counts.ts";
import { repairMoveTasks } from "./move-tasks.ts";
import { repairQueueUrls } from "./queue-urls.ts";
import { repairReleaseOnDisk } from "./release-on-disk.ts";
import type { Repair } from "./repair.ts";
import { repairTraceHeader } from "./trace-header.ts";

/** Each repair, by its file's name. */
export const repairs = {
  "conditional-writes": repairConditionalWrites,
  "dead-letter-source": repairDeadLetterSource,
  "form-bodies": repairFormBodies,
  "large-bodies": repairLargeBodies,
  "list-order": repairListOrder,
  "message-counts": repairMessageCounts,
  "move-tasks": repairMoveTasks,
  "queue-urls": repairQueueUrls,
  "release-on-disk": repairReleaseOnDisk,
  "trace-header": repairTraceHeader,
  "full-disk": repairFullDisk,
} satisfies Record<string, Repair>;

export type RepairName = keyof typeof repairs;
