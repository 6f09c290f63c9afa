import type { ProviderRow, ReadFields } from "../contract/provider-row.ts";
import { timeOf, type Variant } from "../contract/provider-variants.ts";

type Read = readonly (ReadFields & { readonly body?: string })[];

/** A rightly signed delivery with another body, and what is to be read of it. */
export function taken(row: ProviderRow, name: string, text: string, events: Read): Variant {
  const body = new TextEncoder().encode(text);
  return { name, body, headers: headersFor(row, body), secrets: [row.secret], expected: "verified", events };
}

/** The headers of a row for these bytes, rightly signed. */
export function headersFor(
  row: ProviderRow,
  body: Uint8Array,
  time: string = timeOf(row),
): Readonly<Record<string, string>> {
  const signature = row.sign(body, time, row.secret);
  return { ...row.others([time]), ...row.fixed, [row.header]: row.write([signature], [time]) };
}

/** A variant for each thing that may stand in a batch and is no event as its provider writes them. */
export function oddBatches(
  row: ProviderRow,
  given: {
    /** The body with these items. */
    readonly wrap: (items: readonly string[]) => string;
    /** Bodies that hold no such array. */
    readonly others: readonly string[];
    /** What an event's body is. Default: the item. */
    readonly keeps?: "item" | "delivery";
  },
): readonly Variant[] {
  const { wrap, others, keeps = "item" } = given;
  const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
  const items = ["null", "1.0", '"x"', "[]", "{}", '{"__proto__":{"id":"1","type":"x"},"constructor":{}}', deep];
  const bodyOf = (item: string) => (keeps === "item" ? item : wrap([item]));
  return [
    taken(row, "with no item in its array", wrap([]), []),
    taken(
      row,
      "with items that say nothing",
      wrap(items),
      items.map((item) => ({ body: bodyOf(item) })),
    ),
    ...["", "null", "not json", `{"other":${deep}}`, ...others].map((text, index) =>
      taken(row, `without its array (${index + 1})`, text, [{}]),
    ),
  ];
}
