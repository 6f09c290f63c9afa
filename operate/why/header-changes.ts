import { Buffer } from "node:buffer";
import type { HeaderValue, Scheme } from "../../lambdas/core/provider.ts";
import type { Attempt, Cause, Change } from "./attempt.ts";

/** The headers as they may have been sent, or meant. */
export function headerChanges(attempt: Attempt): readonly Change[] {
  const scheme = attempt.provider.verification;
  if (typeof scheme !== "object") return [];
  const values = "header" in scheme.signature ? [scheme.signature] : scheme.signature;
  return values.flatMap((value) => [...signatureChanges(attempt, scheme, value), ...renamed(attempt, value)]);
}

function signatureChanges(attempt: Attempt, scheme: Scheme, value: HeaderValue): readonly Change[] {
  const { header, take = "" } = value;
  const sent = attempt.delivery.headers.get(header);
  if (sent === null) return [];
  const bare = sent.startsWith(take) ? sent.slice(take.length) : sent;
  const other = inOtherEncoding(bare, scheme.encoding);
  const candidates: readonly (readonly [Cause, string, string | undefined])[] = [
    ["signature-without-prefix", `with "${take}" before what stands in header "${header}"`, `${take}${sent}`],
    ["signature-in-other-form", `with header "${header}" in lower case`, take + bare.toLowerCase()],
    ["signature-in-other-form", `without the quotes in header "${header}"`, sent.replaceAll(/["']/g, "")],
    ["signature-in-other-form", `for the first of the values in header "${header}", which came twice`, firstOf(sent)],
    ["signature-in-other-form", `with header "${header}" in ${scheme.encoding}`, other && take + other],
  ];
  return candidates.flatMap(([cause, says, text]) =>
    text === undefined || text === sent ? [] : [{ cause, says, attempt: withHeader(attempt, header, text) }],
  );
}

/** Something on the way gave the signature's header another name. */
function renamed(attempt: Attempt, { header }: HeaderValue): readonly Change[] {
  return [...attempt.delivery.headers]
    .filter(([name]) => name !== header)
    .map(([name, text]) => ({
      cause: "signature-in-another-header",
      says: `by what stands in header "${name}", where "${header}" is expected`,
      attempt: withHeader(attempt, header, text),
    }));
}

function withHeader(attempt: Attempt, name: string, text: string): Attempt {
  const headers = new Headers(attempt.delivery.headers);
  headers.set(name, text);
  return { ...attempt, delivery: { ...attempt.delivery, headers } };
}

function firstOf(sent: string): string | undefined {
  const [first, second] = sent.split(/, ?/, 2);
  return first === second ? first : undefined;
}

function inOtherEncoding(text: string, encoding: Scheme["encoding"]): string | undefined {
  if (encoding === "text") return undefined;
  const isHex = /^([0-9a-f]{2})+$/i.test(text);
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
  if (!isHex && !isBase64) return undefined;
  return Buffer.from(text, isHex ? "hex" : "base64").toString(encoding);
}
