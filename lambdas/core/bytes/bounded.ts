/**
 * Does `work` on each item, at most so many at a time; an item is taken once there is room for it. The results are in the
 * items' order.
 */
export async function mapBounded<T, R>(
  items: Iterable<T>,
  most: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  // One iterator for all workers, so that each takes the next free item.
  const left = numbered(items);
  let isEmpty = false;
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item, index);
    isEmpty = true;
  };
  const workers: Promise<void>[] = [];
  while (!isEmpty && workers.length < most) workers.push(worker());
  await Promise.all(workers);
  return results;
}

function* numbered<T>(items: Iterable<T>): Generator<readonly [number, T]> {
  let index = 0;
  for (const item of items) {
    yield [index, item];
    index += 1;
  }
}
