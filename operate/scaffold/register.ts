import { constantOf } from "../../infra/build/provider-constant.ts";

/**
 * The text of `lambdas/providers/mod.ts` with one provider more: imported, exported and in the record.
 *
 * @throws {TypeError} When the text is not laid out as it was: the three places are then to be written by hand.
 */
export function withProvider(mod: string, name: string): string {
  const constant = constantOf(name);
  const entry = constant === name ? `  ${name},` : `  "${name}": ${constant},`;
  const places: readonly Place[] = [
    {
      line: `import { ${constant} } from "./${name}.ts";`,
      among: /^import \{.*\} from "\.\/.*";$/,
      by: /from "\.\/(.*)\.ts"/,
    },
    { line: `  ${constant},`, behind: "export {", among: /^ {2}(type )?\w+,$/, by: /(\w+),$/ },
    { line: entry, behind: "export const providers", among: /^ {2}("[\w-]+": )?\w+,$/, by: /^ {2}"?([\w-]+)/ },
  ];
  return places.reduce(inserted, mod);
}

/** A line and its place: after the line with this beginning, among lines of its form, in the order that `by` gives. */
type Place = { readonly line: string; readonly behind?: string; readonly among: RegExp; readonly by: RegExp };

function inserted(text: string, { line, behind, among, by }: Place): string {
  const lines = text.split("\n");
  const first = lines.findIndex((one) => (behind === undefined ? among.test(one) : one.startsWith(behind)));
  const start = behind === undefined ? first : first + 1;
  let end = start;
  while (among.test(lines[end] ?? "")) end += 1;
  if (first < 0 || end === start) {
    throw new TypeError(
      `Cannot write "${line.trim()}" into lambdas/providers/mod.ts: add it by hand, as the others are`,
    );
  }
  const keyOf = (one: string) => (by.exec(one)?.[1] ?? "").toLowerCase();
  const at = lines.slice(start, end).findIndex((one) => keyOf(one) > keyOf(line));
  return lines.toSpliced(at < 0 ? end : start + at, 0, line).join("\n");
}
