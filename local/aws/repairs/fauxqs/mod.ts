/**
 * What fauxqs 2.4.1 does otherwise than AWS, mended: one file a fault, at its head the place in `node_modules/fauxqs/dist`
 * and what AWS does. `test/local/aws/repairs/fauxqs` asks the same with each repair left out: where that shows no fault any
 * more, a newer fauxqs has mended it, and the repair can go.
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
