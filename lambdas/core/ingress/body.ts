import { concat } from "../bytes/concat.ts";
import { isOver, within } from "../deadline.ts";
import { type Refusal, refused, type Unavailable } from "../outcome.ts";

/**
 * The bytes of a request, read up to a limit in bytes: a larger body is refused without being held, and not read at all where
 * its `content-length` is above the limit. A body that is incomplete when the time is up is answered 503.
 *
 * @throws What the body's stream breaks with. That is no refusal: the provider should retry.
 */
export async function readBody(
  request: Request,
  limit: number,
  until?: number,
): Promise<Uint8Array<ArrayBuffer> | Refusal | Unavailable> {
  const { body, bodyUsed, headers } = request;
  const tooLarge = refused("body-too-large", `the body has more than ${limit} bytes`, "take delivery");
  const said = headers.get("content-length") ?? "";
  if (/^\d+$/.test(said) && Number(said) > limit) return tooLarge;
  if (bodyUsed || body?.locked) return { kind: "unavailable", reason: "body-parsed" };
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  let whole: Uint8Array<ArrayBuffer> | undefined;
  try {
    whole = await within(until, () => readAll(reader, limit));
  } catch (cause) {
    if (!isOver(until)) throw cause;
    reader.cancel().catch(() => {});
    return { kind: "unavailable", reason: "time-up", cause };
  }
  if (whole !== undefined) return whole;
  // Not awaited: the stream may never end.
  reader.cancel().catch(() => {});
  return tooLarge;
}

/** Undefined for a body above the limit. */
async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(chunks);
    length += value.length;
    if (length > limit) return undefined;
    chunks.push(value);
  }
}
