import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { idempotencyKey } from "../../lambdas/core/events/identity.ts";
import { payloadOf } from "../../lambdas/core/processing/payload.ts";

/**
 * The text of a test that runs the event files of processors on one event, without Hookline. It stands in the folder of the source's
 * event files. JSON is set out in lines where it can be, to be read and changed: its spaces are not the delivery's.
 *
 * @param processors The names of the event files: `shopify/orders/create`.
 */
export function testOfEvent(processors: readonly string[], event: WebhookEvent): string {
  const { body: _, received, replay: __, ...facts } = event;
  const { text, payload, bytes } = bodyOf(event);
  const nameOf = (index: number) => (index === 0 ? "processor" : `processor${index + 1}`);
  const own = (name: string) => `./${name.slice(name.indexOf("/") + 1)}.ts`;
  return `import { it } from "node:test";
${processors.map((name, index) => `import ${nameOf(index)} from ${quoted(own(name))};`).join("\n")}

// It holds the payload: what of it nobody may see must not stay.
const body = ${text};
const event = {
${Object.entries({ ...defined(facts), type: event.type })
  .map(([name, value]) => `  ${name}: ${JSON.stringify(value)}${Array.isArray(value) ? " as const" : ""},`)
  .join("\n")}
  received: new Date(${quoted(received.toISOString())}),
  body: ${bytes},
};
const log = { info() {}, error() {}, debug() {} };
${processors
  .map(
    (name, index) => `
it(${quoted(`${name} is done with ${event.id}`)}, async () => {
  await ${nameOf(index)}.run({
    event,
    payload: ${payload},
    idempotencyKey: ${quoted(idempotencyKey(name, event))},
    attempt: 1,
    signal: new AbortController().signal,
    log,
  });
});
`,
  )
  .join("")}`;
}

/** The body as an expression, and those by which the test makes the payload and the bytes of it. */
type BodyText = { readonly text: string; readonly payload: string; readonly bytes: string };

function bodyOf(event: WebhookEvent): BodyText {
  const bytes = "new TextEncoder().encode(body)";
  let body: string;
  try {
    body = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(event.body);
  } catch {
    const base64 = quoted(Buffer.from(event.body).toString("base64"));
    return { text: base64, payload: none, bytes: "Uint8Array.from(atob(body), (one) => one.charCodeAt(0))" };
  }
  const json = jsonOf(event);
  if (json === undefined) return { text: quoted(body), payload: none, bytes };
  const literal = literalOf(json, 4 * body.length + 1000);
  const text = literal === undefined ? quoted(body) : `JSON.stringify(${literal})`;
  return { text, payload: "JSON.parse(body)", bytes };
}

/** A processor's payload is of the type that it says, and undefined for a form, XML or a text. */
const none = "undefined as never";

/** The payload, or undefined where a processor gets none. */
function jsonOf(event: WebhookEvent): unknown {
  try {
    return payloadOf(event);
  } catch {
    return undefined;
  }
}

/** JSON in lines, or undefined where these would be too many, too deep, or of another meaning than the body. */
function literalOf(json: unknown, most: number): string | undefined {
  let isSame = true;
  const check = (key: string, value: unknown) => {
    // In a literal this key would set a prototype.
    if (key === "__proto__") isSame = false;
    if (typeof value === "number" && !isPlain(value)) isSame = false;
    return value;
  };
  try {
    const text = JSON.stringify(json, check, 2);
    return isSame && text.length <= most ? seen(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a number is written as it is: not an infinite one, -0, or one of more digits than it has here. */
function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** A text as a literal; it may be a sender's. */
function quoted(text: string): string {
  return seen(JSON.stringify(text));
}

/** Characters that are not seen, as escapes: some turn the text around them. */
function seen(literal: string): string {
  return literal.replaceAll(/[^\P{C}\n]|[\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeOf(character.charCodeAt(index))).join(""),
  );
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
