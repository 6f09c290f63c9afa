import { Buffer } from "node:buffer";
import { parseJson } from "../../lambdas/core/events/fields.ts";
import type { Attempt, Cause, Change } from "./attempt.ts";

/** The body as it may have been before something on the way changed it. */
export function bodyChanges(attempt: Attempt): readonly Change[] {
  const { body } = attempt.delivery;
  const text = Buffer.from(body).toString("utf8");
  const candidates: readonly (readonly [Cause, string, string | Uint8Array | undefined])[] = [
    ["body-ends-differently", "with a newline added at the end of the body", `${text}\n`],
    ["body-ends-differently", "with CRLF added at the end of the body", `${text}\r\n`],
    ["body-ends-differently", "without the newline at the end of the body", text.replace(/\r?\n$/, "")],
    ["body-ends-differently", "without what is blank around the body", text.trim()],
    ["body-ends-differently", "with LF for CRLF in the body", text.replaceAll("\r\n", "\n")],
    ["body-ends-differently", "with CRLF for LF in the body", text.replaceAll(/\r?\n/g, "\r\n")],
    ["body-ends-differently", "without the byte order mark of the body", text.replace(/^\u{feff}/u, "")],
    ["body-ends-differently", "with a byte order mark before the body", `\u{feff}${text}`],
    ["body-in-another-character-set", "for the body in Latin-1", Buffer.from(text, "latin1")],
    [
      "body-in-another-character-set",
      "for the body, which was taken for Latin-1",
      Buffer.from(body).toString("latin1"),
    ],
    ["body-in-another-character-set", "for what the body holds in base64", fromBase64(text)],
    ...writtenAgain(body).map(([how, again]) => ["body-written-again", `for the body written ${how}`, again] as const),
  ];
  return candidates.flatMap(([cause, says, changed]) => {
    if (changed === undefined) return [];
    const bytes = new Uint8Array(Buffer.from(changed as string));
    if (Buffer.from(bytes).equals(body)) return [];
    return [{ cause, says, attempt: { ...attempt, delivery: { ...attempt.delivery, body: bytes } } }];
  });
}

/** The same values as the usual writers of JSON write them. */
function writtenAgain(body: Uint8Array): readonly (readonly [string, string])[] {
  const json = parseJson(body);
  if (typeof json !== "object" || json === null) return [];
  const compact = JSON.stringify(json);
  return [
    ["as compact JSON", compact],
    ["as JSON with a space behind commas and colons, as Python does", spaced(json)],
    ["as compact JSON with non-ASCII characters escaped", escaped(compact)],
    ["as JSON of Python with non-ASCII characters escaped", escaped(spaced(json))],
    ['as compact JSON with "/" escaped, as PHP does', escaped(compact).replaceAll("/", "\\/")],
    ["as JSON indented by 2", JSON.stringify(json, null, 2)],
    ["as JSON indented by 4", JSON.stringify(json, null, 4)],
  ];
}

/** Colons and commas followed by a space, outside of texts. */
function spaced(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(spaced).join(", ")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  return `{${Object.entries(json)
    .map(([name, value]) => `${JSON.stringify(name)}: ${spaced(value)}`)
    .join(", ")}}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function fromBase64(text: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) ? Buffer.from(text, "base64") : undefined;
}
