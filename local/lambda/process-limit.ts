import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers";

/** A function, as the limit sees it. */
export type Member = {
  /** When its longest idle process became idle, in milliseconds; undefined where none is idle. */
  idleSince(): number | undefined;
  /** Ends that process. Its room is free only once it is gone. */
  endIdle(): void;
  /** There may be room: ask again, where it is still needed. */
  retry(): void;
};

/** Bounds the processes of all functions together. */
export type ProcessLimit = {
  /** Room for one process. False: there is none now, and `retry` will be called when there may be. */
  take(member: Member): boolean;
  /** A process of this function is gone. */
  release(member: Member): void;
  /**
   * Whether a process that has just become idle is to be ended for another function: at once where its own function
   * has no work for it, else only when the other has waited for long.
   */
  isWanted(member: Member, hasWork: boolean): boolean;
  /** No longer waits. */
  leave(member: Member): void;
};

/**
 * How long busy functions may keep one waiting, and how long a process is spared that was of use: shorter, and they would
 * start cold for every few invocations.
 */
const patienceMilliseconds = 1000;

/**
 * A limit for the functions of one run, so that many event types do not mean hundreds of processes. Where there is no
 * room, the process that has been idle longest is ended, whosever it is; but for a function that has one already only
 * where the other has more, or has not used it for a while. Where none is idle, functions wait: first those with the
 * fewest processes, then in turn.
 *
 * @param most Default: twice the cores, at least 4.
 * @throws {RangeError} When `most` is not 1 or more.
 */
export function createProcessLimit(most: number = Math.max(4, 2 * availableParallelism())): ProcessLimit {
  if (!(most >= 1)) throw new RangeError(`Cannot limit processes: the limit is not 1 or more: ${most}`);
  /** How many processes each function has that ever asked. */
  const held = new Map<Member, number>();
  /** Who waits, since when. */
  const waiting = new Map<Member, number>();
  /** Processes that were told to end, and are not gone yet. */
  let ending = 0;
  let asksAgain = false;

  const used = () => [...held.values()].reduce((sum, count) => sum + count, 0);
  const count = (member: Member) => held.get(member) ?? 0;
  const nextOf = (members: readonly Member[]) => members.toSorted((a, b) => count(a) - count(b))[0];

  /** Else they would take the process from each other for ever, each time at the cost of a cold start. */
  const gains = (other: Member, member: Member) => count(other) === 0 || count(other) + 1 < count(member);

  function makeRoom(asking: Member): void {
    if (ending >= waiting.size) return;
    const idle = [...held.keys()].flatMap((member) => {
      const since = member.idleSince();
      if (since === undefined) return [];
      return gains(asking, member) || Date.now() - since >= patienceMilliseconds ? [{ member, since }] : [];
    });
    const [longest] = idle.sort((a, b) => a.since - b.since);
    if (longest === undefined) return;
    ending += 1;
    longest.member.endIdle();
  }

  function retry(): void {
    if (used() < most) nextOf([...waiting.keys()])?.retry();
  }

  /** A process that is spared now may be spared no longer a moment later, and nobody else would say so. */
  function askAgain(): void {
    if (asksAgain) return;
    asksAgain = true;
    const ask = () => {
      asksAgain = false;
      for (const member of [...waiting.keys()]) member.retry();
    };
    setTimeout(ask, patienceMilliseconds).unref();
  }

  return {
    take(member) {
      if (!waiting.has(member)) waiting.set(member, Date.now());
      if (used() < most && nextOf([...waiting.keys()]) === member) {
        waiting.delete(member);
        held.set(member, count(member) + 1);
        return true;
      }
      makeRoom(member);
      askAgain();
      return false;
    },
    release(member) {
      held.set(member, count(member) - 1);
      ending = Math.max(0, ending - 1);
      retry();
    },
    isWanted(member, hasWork) {
      if (ending >= waiting.size) return false;
      const now = Date.now();
      const wanted = [...waiting].some(([other, since]) => {
        if (other === member) return false;
        return gains(other, member) && (!hasWork || now - since >= patienceMilliseconds);
      });
      if (wanted) ending += 1;
      return wanted;
    },
    leave(member) {
      if (waiting.delete(member)) retry();
    },
  };
}
