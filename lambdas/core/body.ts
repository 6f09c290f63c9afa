import { concat } from "./concat.ts";
import { type Refusal, refused, type Unavailable } from "./outcome.ts";

/**
 * The bytes of a request, read as they come and no further than a limit in bytes: what is larger is refused without
 * being held. Where its `content-length` says so already, nothing of it is read.
 *
 * @throws What the body's stream breaks with. That is nobody's refusal: the provider should try again.
 */
export async function readBody(
  request: Request,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | Refusal | Unavailable> {
  const { body, bodyUsed, headers } = request;
  const tooLarge = refused("body-too-large", `the body has more than ${limit} bytes`, "take delivery");
  const said = headers.get("content-length") ?? "";
  if (/^\d+$/.test(said) && Number(said) > limit) return tooLarge;
  if (bodyUsed || body?.locked) return { kind: "unavailable", reason: "body-parsed" };
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(chunks);
    length += value.length;
    if (length > limit) {
      // Not awaited: whoever sends it may never end.
      reader.cancel().catch(() => {});
      return tooLarge;
    }
    chunks.push(value);
  }
}
