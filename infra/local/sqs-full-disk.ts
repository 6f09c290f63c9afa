import type { Persistence, SqsStore } from "./fauxqs.d.ts";

/**
 * Has queues on disk outlive a full one. What is sent is written before it counts, so that a send fails as it should. But
 * fauxqs takes a message from memory before it writes that it was received, or is dead: if that fails, nobody sees the
 * message before a restart, or nobody ever. Here it counts as received all the same: after a restart it would come
 * again. And a dead one changes queues in one write, in place of a deletion and an insertion. Call it before any queue
 * exists.
 */
export function surviveFullDisk(store: SqsStore, persistence: Persistence): void {
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
