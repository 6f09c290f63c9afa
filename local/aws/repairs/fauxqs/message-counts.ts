/**
 * fauxqs 2.4.1, sqs/sqsStore.js:60: GetQueueAttributes counts a message as in flight or delayed, whose time is over, until
 * the next receive.
 * AWS counts as visible what can be received (approximately, within a minute).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
import { operationName } from "../../endpoint.ts";
import type { Fauxqs } from "./repair.ts";

/** Looks at the clock before it counts. */
export function repairMessageCounts({ app, sqsStore }: Fauxqs): void {
  app.addHook("preHandler", (request, _reply, done) => {
    const { QueueUrl = "" } = (request.body ?? {}) as { readonly QueueUrl?: string };
    if (operationName(request) === "GetQueueAttributes") sqsStore.getQueue(QueueUrl)?.processTimers();
    done();
  });
}
