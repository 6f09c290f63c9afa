/** Effects on record, each made once: a second entry under the same key changes nothing. */
export type Journal<Entry> = {
  /** @returns Whether the entry was added; false where its key was there. */
  add(entry: Entry, key: string): Promise<boolean>;
};

/** A journal in a list, for tests. */
export function createMemoryJournal<Entry>(): Journal<Entry> & { readonly entries: readonly Entry[] } {
  const keys = new Set<string>();
  const entries: Entry[] = [];
  return {
    entries,
    async add(entry, key) {
      if (keys.has(key)) return false;
      keys.add(key);
      entries.push(entry);
      return true;
    },
  };
}
