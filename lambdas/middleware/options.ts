/**
 * Refuses options that a middleware does not know, so that a misspelt one fails at once.
 *
 * @throws {TypeError}
 */
export function known(middleware: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new TypeError(`Cannot make middleware ${middleware}: it knows ${names.join(", ")}, received "${name}"`);
  }
}
