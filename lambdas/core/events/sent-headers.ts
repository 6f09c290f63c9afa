import type { Delivery } from "../delivery.ts";
import type { HeaderValue } from "../provider.ts";

/** Characters that `Headers` refuses in a value (it first trims line breaks at the ends), in Node or in Deno. */
const notInValues = /[\0\r\n\u0100-\uffff]/;

/**
 * Headers as they were sent, name by name. A header that HTTP does not allow is omitted and named: a delivery whose provider
 * needs it is refused, and for all others it has no meaning.
 */
export function sentHeaders(
  sent: Iterable<readonly [name: string, value: string]>,
): Pick<Delivery, "headers" | "invalidHeaders"> {
  const headers = new Headers();
  const invalid = new Set<string>();
  for (const [name, value] of sent) {
    try {
      // A header that was sent twice is one value, joined here: Deno's `append` drops a blank part, and Node's keeps it.
      if (notInValues.test(value)) invalid.add(name.toLowerCase());
      else if (headers.has(name)) headers.set(name, `${headers.get(name)}, ${new Headers([[name, value]]).get(name)}`);
      else headers.append(name, value);
    } catch {
      // No header has such a name; without its surrounding blanks it may be a needed one.
      invalid.add(name.trim().toLowerCase());
    }
  }
  if (invalid.size === 0) return { headers };
  // One half of a header that was sent twice would be another value.
  for (const name of [...headers.keys()]) if (invalid.has(name)) headers.delete(name);
  return { headers, invalidHeaders: [...invalid] };
}

/** Thrown on reading a header that was sent and is invalid. It never leaves core: the delivery is refused. */
export class InvalidHeaderError extends Error {
  readonly header: string;

  constructor(header: string) {
    super(`header "${header}" is not valid`);
    this.header = header;
  }
}

/** The delivery, with headers that throw on reading one that was sent and is invalid. */
export function withNeededHeaders<T extends Delivery>(delivery: T): T {
  const { headers, invalidHeaders = [] } = delivery;
  if (invalidHeaders.length === 0 || headers instanceof NeededHeaders) return delivery;
  return { ...delivery, headers: new NeededHeaders(headers, invalidHeaders) };
}

class NeededHeaders extends Headers {
  readonly #invalid: ReadonlySet<string>;

  constructor(valid: Headers, invalid: readonly string[]) {
    super(valid);
    this.#invalid = new Set(invalid);
  }

  override get(name: string): string | null {
    this.#need(name);
    return super.get(name);
  }

  override has(name: string): boolean {
    this.#need(name);
    return super.has(name);
  }

  #need(name: string): void {
    if (this.#invalid.has(name.toLowerCase())) throw new InvalidHeaderError(name);
  }
}

/**
 * The texts that a {@linkcode HeaderValue} reads, or undefined where the header is missing. Piece by piece, which takes half the
 * time of `split`.
 */
export function headerTexts(
  headers: Headers,
  { header, split, take = "" }: HeaderValue,
): readonly string[] | undefined {
  const text = headers.get(header);
  if (text === null) return undefined;
  const texts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const next = split === undefined ? -1 : text.indexOf(split, from);
    const to = next === -1 ? text.length : next;
    const bare = withoutBlanks(text, from, to);
    if (bare.length > take.length && bare.startsWith(take)) texts.push(bare.slice(take.length));
    from = to + 1;
  }
  return texts;
}

/**
 * The text between two places, without the spaces and tabs around it, the only blanks that HTTP allows there: `trim` also
 * removes U+00A0 and others, and one signature would have many spellings. Not by a regular expression, which needs the square
 * of a header's length.
 */
function withoutBlanks(text: string, first: number, behind: number): string {
  let [from, to] = [first, behind];
  while (from < to && isBlank(text[from])) from += 1;
  while (from < to && isBlank(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
