/** Gives what a generator gives, and has it make the next one meanwhile. */
export async function* readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = items.next();
      // Whoever ends before it is asked for does not hear of its failure.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await items.return(undefined);
  }
}
