/** The arguments of a task: `deno task dlq -- list` hands on the "--" that npm takes away. */
export function taskArguments(args: readonly string[]): string[] {
  return args[0] === "--" ? args.slice(1) : [...args];
}
