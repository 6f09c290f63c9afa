/** An error as a field: its name and message, and those of its causes. Stacks are omitted, since they can quote payloads. */
export function errorText(error: unknown, depth = 3): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : `thrown ${typeof error}`;
  try {
    const own = error.message === "" ? `${error.name}` : `${error.name}: ${error.message}`;
    return error.cause !== undefined && depth > 0 ? `${own} (${errorText(error.cause, depth - 1)})` : own;
  } catch {
    return "an error that cannot be read";
  }
}
