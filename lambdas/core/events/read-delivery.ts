import { sha256 } from "../bytes/sha256.ts";
import type { Delivery, ReadDelivery } from "../delivery.ts";
import { type JsonText, readJson } from "./json-pointer.ts";

/** The delivery, with its body's JSON and hash: each is made once, when it is first asked for. */
export function readDelivery(delivery: Delivery): ReadDelivery {
  const { body } = delivery;
  let text: JsonText | undefined;
  let hash: Uint8Array | undefined;
  return {
    ...delivery,
    read() {
      text ??= readJson(body);
      return text;
    },
    hash() {
      hash ??= sha256(body);
      return hash;
    },
  };
}

/** JSON that was parsed before, and the bytes that it is of. */
export type ParsedBody = { readonly body: Uint8Array; readonly take: () => JsonText | undefined };

/** A delivery's JSON for whoever asks first, and for nobody after: a payload is its handler's own, which may change it. */
export function parsedBody({ body, read }: ReadDelivery): ParsedBody {
  let isTaken = false;
  return {
    body,
    take() {
      if (isTaken) return undefined;
      isTaken = true;
      return read();
    },
  };
}
