/**
 * fauxqs 2.4.1, sqs/sqsStore.js:181 and :193: takes a message from memory before it writes that it is received, or dead.
 * Where the disk is full, nobody sees the message before a restart, or nobody ever.
 * SQS loses no message that it has taken: it is received again.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
 */
import type { Fauxqs } from "./repair.ts";

/**
 * Counts what could not be written as received all the same: after a restart it is received again. A dead message changes
 * queues in one write, in place of a deletion and an insertion. Guards the write of `release-on-disk`, and so follows it.
 */
export function repairFullDisk({ sqsStore: store, persistence }: Fauxqs): void {
  if (persistence === undefined) return;
  let receiving = false;
  const createQueue = store.createQueue.bind(store);
  store.createQueue = (...definition) => {
    const queue = createQueue(...definition);
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (...asked) => {
      receiving = true;
      try {
        return dequeue(...asked);
      } finally {
        receiving = false;
      }
    };
    return queue;
  };

  const deleteMessage = persistence.deleteMessage.bind(persistence);
  const insertMessage = persistence.insertMessage.bind(persistence);
  const updateMessageInflight = persistence.updateMessageInflight.bind(persistence);
  const updateMessageReady = persistence.updateMessageReady.bind(persistence);
  persistence.deleteMessage = (id) => {
    // The insertion that follows replaces it: ids are the table's key.
    if (!receiving) deleteMessage(id);
  };
  persistence.insertMessage = (...given) => {
    if (receiving) unlessFull(() => insertMessage(...given));
    else insertMessage(...given);
  };
  persistence.updateMessageInflight = (...given) => unlessFull(() => updateMessageInflight(...given));
  persistence.updateMessageReady = (id) => unlessFull(() => updateMessageReady(id));
}

function unlessFull(write: () => void): void {
  try {
    write();
  } catch (error) {
    // SQLite's words for SQLITE_FULL and SQLITE_IOERR.
    if (!(error instanceof Error && /disk is full|disk I\/O error/.test(error.message))) throw error;
  }
}
