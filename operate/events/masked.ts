/** Keys whose values say of what kind a thing is, and nothing of whom: they are shown. */
const shown = new Set([
  ...["id", "type", "event", "event_type", "action", "object", "status", "state", "api_version", "version", "livemode"],
  ...["created", "created_at", "updated_at", "timestamp", "currency"],
]);

const mostDepth = 100;

/** JSON with the same keys and lengths, and of its values those alone that say of what kind a thing is. */
export function masked(value: unknown, key = "", depth = 0): unknown {
  if (typeof value === "object" && value !== null) {
    // A sender may nest as deep as a body is long, and a call in a call takes from the stack.
    if (depth === mostDepth) return "<deeper>";
    if (Array.isArray(value)) return value.map((one) => masked(one, "", depth + 1));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, masked(one, name, depth + 1)]));
  }
  if (value === null || typeof value === "boolean" || shown.has(key.toLowerCase())) return value;
  return typeof value === "string" ? `<text of ${value.length}>` : "<number>";
}

/** A body as text for people: JSON is set out in lines, and masked unless all of it is wanted. */
export function bodyText(body: Uint8Array, { whole }: { readonly whole: boolean }): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return whole ? `base64 ${Buffer.from(body).toString("base64")}` : `<${body.length} bytes>`;
  }
  try {
    const json: unknown = JSON.parse(text);
    return whole ? text : JSON.stringify(masked(json), null, 2);
  } catch {
    return whole ? text : `<${body.length} bytes, not JSON>`;
  }
}

/** A payload for people, a line each: where its body lies, if apart, and the body. */
export function payloadLines(
  { body, deposit }: { readonly body: Uint8Array; readonly deposit?: string },
  whole: boolean,
): readonly string[] {
  return [
    ...(deposit === undefined ? [] : [`body      ${deposit}`]),
    whole ? "payload" : "payload, its values masked; --payload shows them",
    ...bodyText(body, { whole })
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}
