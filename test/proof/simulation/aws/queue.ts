import type { VirtualTime } from "../virtual-time.ts";

/** One copy of an event in a queue. A redrive makes another of it, under another id. */
export type Copy = {
  readonly messageId: string;
  readonly envelope: string;
  readonly sent: number;
  receives: number;
  visibleAt: number;
};

/** A standard queue with its dead-letter queue, by SQS's rules. */
export type SimulatedQueue = {
  readonly name: string;
  readonly copies: Map<string, Copy>;
  readonly dead: Map<string, Copy>;
  send(envelope: string): void;
  /** Up to so many visible copies, hidden from now on; those that were received too often go to the DLQ instead. */
  receive(most: number): readonly Copy[];
  hide(messageId: string, milliseconds: number): void;
  delete(messageId: string): void;
  /** Moves what lies in the DLQ back, each copy under a new id and as good as new. */
  redrive(): void;
};

type QueueRules = {
  readonly maxReceiveCount: number;
  readonly visibilityMilliseconds: number;
  /** Whether a received copy stays visible for a moment: SQS delivers at least once. */
  readonly deliversTwice: () => boolean;
  /** Called when a copy will become visible. */
  readonly visible: (at: number) => void;
};

const secondDeliveryMilliseconds = 20;

export function createQueue(name: string, time: VirtualTime, rules: QueueRules): SimulatedQueue {
  const copies = new Map<string, Copy>();
  const dead = new Map<string, Copy>();
  let ids = 0;
  const show = (copy: Copy, at: number) => {
    copy.visibleAt = at;
    rules.visible(at);
  };
  const send = (envelope: string) => {
    const messageId = `${name}-${ids++}`;
    const copy = { messageId, envelope, sent: time.now(), receives: 0, visibleAt: 0 };
    copies.set(messageId, copy);
    show(copy, time.now());
  };
  return {
    name,
    copies,
    dead,
    send,
    receive(most) {
      const received: Copy[] = [];
      for (const copy of copies.values()) {
        if (received.length === most) break;
        if (copy.visibleAt > time.now()) continue;
        if (copy.receives >= rules.maxReceiveCount) {
          copies.delete(copy.messageId);
          dead.set(copy.messageId, copy);
          continue;
        }
        copy.receives += 1;
        const hidden = rules.deliversTwice() ? secondDeliveryMilliseconds : rules.visibilityMilliseconds;
        show(copy, time.now() + hidden);
        received.push(copy);
      }
      return received;
    },
    hide(messageId, milliseconds) {
      const copy = copies.get(messageId);
      if (copy !== undefined) show(copy, time.now() + milliseconds);
    },
    delete(messageId) {
      copies.delete(messageId);
    },
    redrive() {
      const moved = [...dead.values()];
      dead.clear();
      for (const { envelope } of moved) send(envelope);
    },
  };
}
