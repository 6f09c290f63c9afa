import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { idempotencyKey } from "../../lambdas/core/events/identity.ts";
import { payloadOf } from "../../lambdas/core/processing/payload.ts";

/**
 * The text of a test that runs the event files of processors on one event, without Hookline. It stands in the folder of the source's
 * event files. JSON is set out in lines, to be read and changed: its spaces are not the delivery's.
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

function bodyOf(event: WebhookEvent): { readonly text: string; readonly payload: string; readonly bytes: string } {
  const bytes = "new TextEncoder().encode(body)";
  const json = jsonOf(event);
  if (json !== undefined) return { text: `JSON.stringify(${json})`, payload: "JSON.parse(body)", bytes };
  // A processor's payload is of the type that it says, and undefined for a form, XML or a text.
  const payload = "undefined as never";
  try {
    const text = quoted(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(event.body));
    return { text, payload, bytes };
  } catch {
    const base64 = quoted(Buffer.from(event.body).toString("base64"));
    return { text: base64, payload, bytes: "Uint8Array.from(atob(body), (one) => one.charCodeAt(0))" };
  }
}

/** The payload as an expression, or undefined where a processor would get none. */
function jsonOf(event: WebhookEvent): string | undefined {
  try {
    const value = payloadOf(event);
    if (value === undefined) return undefined;
    const text = JSON.stringify(value, null, 2);
    // In a literal this key would set a prototype.
    return text.includes('"__proto__"') ? `JSON.parse(${quoted(text)})` : text;
  } catch {
    return undefined;
  }
}

/** A text as a literal; it may be a sender's. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
