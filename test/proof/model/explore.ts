/** A state as bytes, so that millions of them can be told apart and copied cheaply. */
export type State = Uint8Array<ArrayBuffer>;

/** What is explored: every state that transitions lead to from the first, and what must hold in each. */
export type Machine = {
  readonly first: State;
  /** The states that one step leads to, by any process, by the environment or by a fault. */
  next(state: State): readonly State[];
  /** What is wrong with a state, as a few words; undefined where nothing is. */
  wrong(state: State): string | undefined;
};

type Exploration = {
  readonly states: number;
  /** How many states are wrong, by what is wrong with them. */
  readonly wrong: Readonly<Record<string, number>>;
  /** A way to each kind of wrong, the shortest that was come across. */
  readonly traces: Readonly<Record<string, readonly State[]>>;
};

/**
 * Explores a machine's every reachable state, each once, depth first and always in the same order.
 *
 * States are told apart by 64 bits of hash: among n states the chance of taking two for one is about n² / 2⁶⁵, for
 * ten million states 3 in a million.
 *
 * @param options.untilWrong Stops at the first state that is wrong.
 * @throws {RangeError} Beyond 50 million states, rather than use up the machine's memory.
 */
export function explore(machine: Machine, options: { readonly untilWrong?: boolean } = {}): Exploration {
  const most = 50_000_000;
  const seen = createHashSet();
  const wrong: Record<string, number> = {};
  const traces: Record<string, readonly State[]> = {};
  const stack: { readonly state: State; readonly depth: number }[] = [{ state: machine.first, depth: 0 }];
  const path: State[] = [];
  seen.add(machine.first);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { state, depth } = top;
    path.length = depth;
    path.push(state);
    const found = machine.wrong(state);
    if (found !== undefined) {
      wrong[found] = (wrong[found] ?? 0) + 1;
      if ((traces[found]?.length ?? Number.POSITIVE_INFINITY) > path.length) traces[found] = [...path];
      if (options.untilWrong) break;
    }
    for (const follower of machine.next(state)) {
      if (!seen.add(follower)) continue;
      if (seen.size > most) throw new RangeError(`Cannot explore: there are more than ${most} states`);
      stack.push({ state: follower, depth: depth + 1 });
    }
  }
  return { states: seen.size, wrong, traces };
}

/** A set of 64-bit hashes in one typed array, open addressing. */
function createHashSet() {
  let table = new Uint32Array(2 << 16);
  let size = 0;
  const place = (into: Uint32Array, low: number, high: number): boolean => {
    const mask = into.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const [heldLow, heldHigh] = [into[2 * slot], into[2 * slot + 1]];
      if (heldLow === 0 && heldHigh === 0) {
        into[2 * slot] = low;
        into[2 * slot + 1] = high;
        return true;
      }
      if (heldLow === low && heldHigh === high) return false;
    }
  };
  return {
    get size() {
      return size;
    },
    add(state: State): boolean {
      let low = 0x811c9dc5;
      let high = 0x9747b28c;
      for (const byte of state) {
        low = Math.imul(low ^ byte, 0x01000193);
        high = Math.imul(high ^ byte, 0x85ebca6b);
        high ^= high >>> 13;
      }
      low = mixed(low);
      high = mixed(high);
      // 0 and 0 mark an empty slot.
      const added = place(table, low === 0 && high === 0 ? 1 : low, high);
      if (!added) return false;
      size += 1;
      if (size * 3 > table.length) {
        const larger = new Uint32Array(table.length * 2);
        for (let slot = 0; slot < table.length; slot += 2) {
          const [heldLow = 0, heldHigh = 0] = [table[slot], table[slot + 1]];
          if (heldLow !== 0 || heldHigh !== 0) place(larger, heldLow, heldHigh);
        }
        table = larger;
      }
      return true;
    },
  };
}

/** Spreads every bit over all others (the finalizer of MurmurHash3). */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
