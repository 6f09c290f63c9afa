import type { CodedRow, SentRequest } from "./provider-row.ts";
import { capitals, type Variant } from "./provider-variants.ts";

type Reason = Variant["expected"];
type Change = Partial<Omit<Variant, "name" | "expected">>;

/** Every variant of a provider that verifies by a function: what is wrong with any request that is changed a little. */
export function codedVariantsOf(row: CodedRow): readonly Variant[] {
  const { right, secret, otherSecret, byOther } = row;
  const variant = (expected: Reason, name: string, change: Change = {}): Variant => {
    const read = expected === "verified" && change.body === undefined ? { events: row.events } : {};
    return { ...right, secrets: [secret], ...read, ...change, name, expected };
  };
  return [
    variant("verified", "rightly signed"),
    variant("verified", "under header names in capitals", { headers: capitals(right.headers) }),
    ...changesOf(right, row).map(({ name, expected, ...change }) => variant(expected, name, change)),
    ...secrets(),
    ...(row.more ?? []),
  ];

  function secrets(): readonly Variant[] {
    const more = (count: number) => Array.from({ length: count }, () => otherSecret);
    const unset = ["", " \t\n", "changeme"];
    return [
      variant("verified", "by the new of two secrets", { secrets: [secret, otherSecret] }),
      variant("verified", "by the old of two secrets", { secrets: [otherSecret, secret] }),
      variant("verified", "beside an empty secret", { secrets: ["", secret] }),
      variant("verified", "by the last of 16 secrets", { secrets: [...more(15), secret] }),
      variant("secret-malformed", "with 17 secrets configured", { secrets: [...more(16), secret] }),
      variant("refused", "with another secret configured", { secrets: [otherSecret] }),
      ...(byOther === undefined
        ? []
        : [
            variant("refused", "signed with another secret", byOther),
            variant("verified", "signed with the other of two secrets", {
              ...byOther,
              secrets: [secret, otherSecret],
            }),
          ]),
      ...(row.unfitSecrets ?? []).map((text, index) =>
        variant("secret-malformed", `with a secret of another form configured (${index + 1})`, { secrets: [text] }),
      ),
      variant("secret-unset", "with no secret configured", { secrets: [] }),
      ...unset.map((text, index) =>
        variant("secret-unset", `with a secret that is none configured (${index + 1})`, { secrets: [text] }),
      ),
    ];
  }
}

/** A request with one thing changed, and the right answer to it. */
type ChangedRequest = SentRequest & { readonly name: string; readonly expected: Reason };

/** What must not pass, of any request that is rightly signed: its headers and, where it is covered, its body changed. */
function changesOf(
  right: SentRequest,
  row: Pick<CodedRow, "coversBody" | "optionalHeaders">,
): readonly ChangedRequest[] {
  const free = ["content-type", ...(row.optionalHeaders ?? [])];
  const bound = Object.keys(right.headers).filter((name) => !free.includes(name.toLowerCase()));
  const set = (name: string, value: string) => ({ ...right, headers: { ...right.headers, [name]: value } });
  const headers = bound.flatMap((name): readonly ChangedRequest[] => {
    const value = right.headers[name] ?? "";
    const rest = Object.fromEntries(Object.entries(right.headers).filter(([other]) => other !== name));
    return [
      { ...right, headers: rest, name: `without ${name}`, expected: "refused" },
      { ...set(name, ""), name: `with an empty ${name}`, expected: "refused" },
      { ...set(name, "garbage"), name: `with garbage as ${name}`, expected: "refused" },
      { ...set(name, `${value}, ${value}`), name: `with ${name} doubled`, expected: "refused" },
      { ...set(name, value.slice(0, -1)), name: `with ${name} cut by one character`, expected: "refused" },
      { ...set(name, `${value}0`), name: `with ${name} followed by 0`, expected: "refused" },
    ];
  });
  return row.coversBody ? [...headers, ...bodies()] : headers;

  function bodies(): readonly ChangedRequest[] {
    const { body } = right;
    const changed = (at: number) => body.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const others: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
      "with its first byte changed": changed(0),
      "with a byte in the middle changed": changed(body.length >> 1),
      "with its last byte changed": changed(body.length - 1),
      "with a byte order mark added": new Uint8Array([0xef, 0xbb, 0xbf, ...body]),
      "with its last byte cut": body.slice(0, -1),
      "without its body": new Uint8Array(),
    };
    return Object.entries(others).map(([name, bytes]) => ({ ...right, name, body: bytes, expected: "refused" }));
  }
}
