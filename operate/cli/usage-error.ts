/** A command was called in a way that it does not know: nothing was done, and it ends with 2. */
export class UsageError extends TypeError {
  override readonly name = "UsageError";
}
