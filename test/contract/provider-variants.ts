import { Buffer } from "node:buffer";
import type { Refusal, Unavailable } from "../../lambdas/core/outcome.ts";
import type { ProviderRow, ReadFields } from "./provider-row.ts";

export const seconds = 1_767_607_200;
export const now = new Date(seconds * 1000);

/** A delivery, the secrets that are configured, and the one right answer to it. */
export type Variant = {
  readonly name: string;
  /** Default: the source's own, without a query. */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly secrets: readonly string[];
  /** `refused`: for whatever reason. */
  readonly expected: "verified" | "refused" | Refusal["reason"] | Unavailable["reason"];
  /** What is to be read of it; left out where that is not the point. */
  readonly events?: readonly (ReadFields & { readonly body?: string })[];
};

type Change = Partial<Omit<Variant, "name" | "expected">> & { readonly name: string };
type Reason = Variant["expected"];

const utf8 = new TextEncoder();

/** Now, as the provider of a row writes it. */
export function timeOf(row: ProviderRow): string {
  return timeIn(row.timeUnit ?? "seconds", 0);
}

/** Every variant of one provider. */
export function variantsOf(row: ProviderRow): readonly Variant[] {
  const unit = row.timeUnit ?? "seconds";
  const time = timeOf(row);
  const body = utf8.encode(row.bodyAt?.(time) ?? row.body);
  const right = row.sign(body, time, row.secret);
  const wrong = row.sign(body, time, row.otherSecret);
  const malformed = row.encoding === "text" ? "signature-wrong" : "signature-malformed";

  /** Headers with these signatures, signed times and changes. */
  const headers = (signatures: readonly string[], times: readonly string[] = [time]) => {
    return { ...row.others(times), ...row.echoes, ...row.fixed, [row.header]: row.write(signatures, times) };
  };
  const variant = (expected: Reason, change: Change): Variant => {
    const read =
      change.body === undefined && expected === "verified" ? { events: row.events ?? [row.event ?? {}] } : {};
    return { headers: headers([right]), body, secrets: [row.secret], ...read, ...change, expected };
  };
  const without = (name: string) => {
    return Object.fromEntries(Object.entries(headers([right])).filter(([header]) => header !== name));
  };
  const text = row.write([right], [time]);

  return [
    variant("verified", { name: "rightly signed" }),
    variant("verified", { name: "under header names in capitals", headers: capitals(headers([right])) }),
    ...bodies(),
    ...signatures(),
    ...times(),
    ...secrets(),
    ...echoes(),
    ...fixed(),
    ...(row.more ?? []),
  ];

  function bodies(): readonly Variant[] {
    const odd: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
      "an emoji": utf8.encode('{"a":"🦊"}'),
      "what templates replace": utf8.encode('{"a":"$& $1 $\' {body} %s"}'),
      "CRLF and a trailing newline": utf8.encode('{\r\n"a":1\r\n}\r\n'),
      "a byte order mark": utf8.encode('\u{feff}{"a":1}'),
      "bytes that are not UTF-8": Uint8Array.of(0x7b, 0xff, 0xfe, 0x80, 0x00, 0x7d),
      "no byte at all": new Uint8Array(),
    };
    // A body that holds no time is not in time.
    const signed = Object.entries(row.bodyAt === undefined ? odd : {}).map(([what, bytes]) =>
      variant("verified", {
        name: `with a body of ${what}`,
        body: bytes,
        headers: headers([row.sign(bytes, time, row.secret)]),
      }),
    );
    const changed = (at: number) => body.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const others: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
      "with its first byte changed": changed(0),
      "with a byte in the middle changed": changed(body.length >> 1),
      "with its last byte changed": changed(body.length - 1),
      "with a newline added": new Uint8Array([...body, 10]),
      "with a byte order mark added": new Uint8Array([0xef, 0xbb, 0xbf, ...body]),
      "with its last byte cut": body.slice(0, -1),
      "without its body": new Uint8Array(),
    };
    const expected = row.coversBody ? "signature-wrong" : "verified";
    return [...signed, ...Object.entries(others).map(([name, bytes]) => variant(expected, { name, body: bytes }))];
  }

  function signatures(): readonly Variant[] {
    const broken: Readonly<Record<string, string>> = {
      "cut by one character": right.slice(0, -1),
      "cut by two characters": right.slice(0, -2),
      "cut to half": right.slice(0, right.length >> 1),
      "followed by 00": `${right}00`,
      "followed by =": `${right}=`,
      "followed by !": `${right}!`,
      "with a space inside": `${right.slice(0, 10)}\u00a0${right.slice(11)}`,
      "of garbage": "[object Object]",
      ...(row.encoding === "hex" ? { "in upper-case hex": right.toUpperCase() } : {}),
      ...(row.encoding === "base64" && right.endsWith("=")
        ? { "with spare bits": spareBits(right), unpadded: right.replace(/=+$/, "") }
        : {}),
      ...(row.encoding === "base64url"
        ? { padded: `${right}=`, "in the other alphabet": `${right.slice(0, -1)}+` }
        : {}),
    };
    const set = (value: string) => ({ ...headers([right]), [row.header]: value });
    return [
      variant("signature-missing", { name: "without its signature's header", headers: without(row.header) }),
      variant("signature-missing", {
        name: "with another header's signature alone",
        headers: { ...without(row.header), ...row.strangers(body) },
      }),
      variant("signature-malformed", { name: "with an empty signature's header", headers: set("") }),
      variant(malformed, { name: "with garbage in its signature's header", headers: set("garbage") }),
      variant("signature-wrong", { name: "signed with another secret", headers: headers([wrong]) }),
      ...Object.entries(broken).map(([what, signature]) =>
        variant(malformed, { name: `with a signature ${what}`, headers: headers([signature]) }),
      ),
      ...row.otherLabels.map((label) =>
        variant("signature-malformed", {
          name: `with its signature labelled ${label === "" ? "by nothing" : label}`,
          headers: set(text.replace(`${row.label}${right}`, `${label}${right}`)),
        }),
      ),
      ...doubled(set),
      ...listed(),
    ];
  }

  /** A header sent twice, as `Headers` joins it and as API Gateway does. */
  function doubled(set: (value: string) => Readonly<Record<string, string>>): readonly Variant[] {
    const other = row.write([wrong], [time]);
    const pairs = { "right twice": [text, text], "right first": [text, other], "right last": [other, text] } as const;
    return [", ", ","].flatMap((joint) =>
      Object.entries(pairs).map(([which, pair]) => {
        // Only a list by spaces can hold a second header's signature: behind ", " the last piece is whole.
        const inList = joint === ", " && which !== "right first" ? "verified" : "signature-wrong";
        const expected: Readonly<Record<ProviderRow["form"], Reason>> = {
          bare: "signature-malformed",
          labelled: "signature-malformed",
          commas: "timestamp-malformed",
          // What is behind the last ";" is whole, and the first time is followed by one.
          semicolons: which === "right first" ? "signature-wrong" : "verified",
          spaces: joint === "," ? "signature-malformed" : inList,
          token: malformed,
        };
        return variant(expected[row.form], {
          name: `with its signature's header doubled by "${joint}", ${which}`,
          headers: set(pair.join(joint)),
        });
      }),
    );
  }

  function listed(): readonly Variant[] {
    if (row.form !== "commas" && row.form !== "semicolons" && row.form !== "spaces") return [];
    const many = (count: number) => headers([...Array<string>(count).fill(wrong), right]);
    return [
      variant("verified", { name: "with a wrong signature before the right one", headers: headers([wrong, right]) }),
      variant("verified", { name: "with a wrong signature behind the right one", headers: headers([right, wrong]) }),
      variant("signature-wrong", { name: "with two wrong signatures", headers: headers([wrong, wrong]) }),
      variant("verified", { name: "with 16 signatures, the last one right", headers: many(15) }),
      variant("signature-malformed", { name: "with 17 signatures", headers: many(16) }),
    ];
  }

  function times(): readonly Variant[] {
    const { windowSeconds } = row;
    if (windowSeconds === undefined) return [];
    const at = (text: string) => {
      const bytes = row.bodyAt === undefined ? body : utf8.encode(row.bodyAt(text));
      return { headers: headers([row.sign(bytes, text, row.secret)], [text]), body: bytes };
    };
    const off = (by: number) => at(timeIn(unit, by));
    const late = "timestamp-outside-window";
    // JSON holds no other numbers, and a text of digits is as good as a number there.
    const odd =
      row.bodyAt === undefined ? [`${time}abc`, `+${time}`, `-${time}`, "1e9", "0x10", "NaN", "1/2/2026"] : [];
    const fraction = unit === "iso" || row.bodyAt !== undefined ? [] : [`${time}.0`];
    const iso = row.bodyAt === undefined ? now.toISOString() : JSON.stringify(now.toISOString());
    const texts = [...odd, ...fraction, ...(unit === "iso" ? [`${seconds}`] : [iso])];
    const other = unit === "seconds" ? `${now.getTime()}` : `${seconds}`;
    return [
      variant("verified", { name: "as old as is allowed", ...off(-windowSeconds) }),
      variant("verified", { name: "as far in the future as is allowed", ...off(windowSeconds) }),
      variant(late, { name: "a second too old", ...off(-windowSeconds - 1) }),
      variant(late, { name: "a second too far in the future", ...off(windowSeconds + 1) }),
      ...(unit === "iso" ? [] : [variant(late, { name: "rightly signed in another unit of time", ...at(other) })]),
      ...texts.map((text) =>
        variant("timestamp-malformed", { name: `rightly signed at a time written ${text}`, ...at(text) }),
      ),
      ...(row.bodyAt === undefined ? headerTimes() : []),
    ];
  }

  function headerTimes(): readonly Variant[] {
    return [
      variant("signature-wrong", {
        name: "with another time than was signed",
        headers: headers([right], [timeIn(unit, 1)]),
      }),
      variant("timestamp-malformed", { name: "rightly signed with two times", headers: twoTimes() }),
      variant("timestamp-malformed", { name: "without a time", headers: noTime() }),
    ];
  }

  function inSignature(): boolean {
    return row.form === "commas" || row.form === "semicolons";
  }

  function twoTimes(): Readonly<Record<string, string>> {
    // A list may also stand in the signature's header without the time being in it.
    const signed = inSignature() && !timeHeader() ? time : `${time}, ${time}`;
    return headers([row.sign(body, signed, row.secret)], [time, time]);
  }

  function noTime(): Readonly<Record<string, string>> {
    const header = timeHeader();
    return header === undefined ? headers([right], []) : without(header);
  }

  function timeHeader(): string | undefined {
    return Object.entries(row.others([time])).find(([, value]) => value === time)?.[0];
  }

  function secrets(): readonly Variant[] {
    const { secret, otherSecret } = row;
    const unset = "secret-unset";
    const signedBy = (key: string) => ({ headers: headers([row.sign(body, time, key)]) });
    const more = (count: number) => Array.from({ length: count }, () => otherSecret);
    return [
      variant("verified", { name: "by the new of two secrets", secrets: [secret, otherSecret] }),
      variant("verified", { name: "by the old of two secrets", secrets: [otherSecret, secret] }),
      variant("verified", { name: "beside an empty secret", secrets: ["", secret] }),
      variant("verified", { name: "by the last of 16 secrets", secrets: [...more(15), secret] }),
      variant("secret-malformed", { name: "with 17 secrets configured", secrets: [...more(16), secret] }),
      variant("signature-wrong", { name: "with another secret configured", secrets: [otherSecret] }),
      ...(row.unfitSecrets ?? []).map((text, index) => {
        const name = `with a secret of another form configured (${index + 1}), and signed by what decodes of it`;
        return variant("secret-malformed", { name, secrets: [text], ...signedBy(text) });
      }),
      variant(unset, { name: "with no secret configured", secrets: [] }),
      variant(unset, { name: "with an empty secret configured, and signed by it", secrets: [""], ...signedBy("") }),
      variant(unset, {
        name: "with blanks as its secret, and signed by them",
        secrets: [" \t\n"],
        ...signedBy(" \t\n"),
      }),
    ];
  }

  function fixed(): readonly Variant[] {
    return Object.entries(row.fixed ?? {}).flatMap(([header, value]) => [
      variant("signature-malformed", { name: `without ${header}`, headers: without(header) }),
      variant("signature-malformed", {
        name: `with another ${header}`,
        headers: { ...headers([right]), [header]: `${value}0` },
      }),
    ]);
  }

  function echoes(): readonly Variant[] {
    const repeated = Object.values(row.echoes ?? {});
    const unsigned = (["id", "type"] as const).filter((name) => repeated.includes(row.event?.[name] ?? ""));
    return Object.entries(row.echoes ?? {}).flatMap(([header, value]) => {
      const saying = (said: string) => ({ ...headers([right]), [header]: said });
      const bare = utf8.encode("{}");
      const alone = { ...headers([row.sign(bare, time, row.secret)]), [header]: "made-up" };
      const against = "header-contradicts";
      const read = (name: "id" | "type") => (row.event?.[name] === value ? "made-up" : row.event?.[name]);
      return [
        variant("verified", { name: `without ${header}`, headers: without(header) }),
        variant(against, { name: `with another ${header} than the body says`, headers: saying("made-up") }),
        variant(against, { name: `with an empty ${header}`, headers: saying("") }),
        variant(against, { name: `with ${header} doubled`, headers: saying(`${value}, ${value}`) }),
        variant("verified", {
          name: `with ${header} where the body says nothing`,
          body: bare,
          headers: alone,
          events: [{ ...Object.fromEntries(unsigned.map((name) => [name, read(name)])), unsigned }],
        }),
        variant("signature-wrong", {
          name: `with another ${header}, wrongly signed`,
          headers: { ...headers([wrong]), [header]: "made-up" },
        }),
      ];
    });
  }
}

/** The text of a time so many seconds after now. */
function timeIn(unit: NonNullable<ProviderRow["timeUnit"]>, by: number): string {
  const time = now.getTime() + by * 1000;
  if (unit === "iso") return new Date(time).toISOString();
  return `${unit === "seconds" ? time / 1000 : time}`;
}

/** Header names in capitals. */
export function capitals(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
}

/** The same bytes by a lenient decoder: the last character's unused bits are set. */
function spareBits(base64: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const at = base64.indexOf("=") - 1;
  const other = alphabet[alphabet.indexOf(base64[at] ?? "") + 1] ?? "";
  const text = base64.slice(0, at) + other + base64.slice(at + 1);
  if (!Buffer.from(text, "base64").equals(Buffer.from(base64, "base64"))) throw new TypeError("Not the same bytes");
  return text;
}
