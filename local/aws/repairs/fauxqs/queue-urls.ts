/**
 * fauxqs 2.4.1, sqs/sqsStore.js:584 finds the queue of a URL by the region in its host, :571 makes up the host
 * `sqs.<region>.localhost`, which does not resolve everywhere, and persistence.js:370 gives a queue from disk the URL, and
 * so the port, of the process that made it.
 * AWS answers with a URL at which the queue is. The stack's own URLs name AWS's hosts, also on this machine.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
import type { Fauxqs } from "./repair.ts";

/** Finds a queue by the last part of its URL, whatever the host; and names each after the host that it is asked for at. */
export function repairQueueUrls({ app, sqsStore }: Fauxqs): void {
  const { queues } = sqsStore;
  sqsStore.getQueue = (url) => sqsStore.getQueueByName(url.split("/").at(-1) ?? "");
  // With no host, fauxqs gives a new queue that of the request. Those from disk get it with the first request.
  sqsStore.host = "";
  let areNamed = false;
  app.addHook("preHandler", ({ headers }, _reply, done) => {
    // An S3 request names no target.
    if (!areNamed && headers["x-amz-target"] !== undefined) {
      areNamed = true;
      const all = [...queues.values()];
      queues.clear();
      for (const queue of all) {
        queue.url = `http://${headers.host}${new URL(queue.url).pathname}`;
        queues.set(queue.url, queue);
      }
    }
    done();
  });
}
