import { sha256 } from "../bytes/sha256.ts";
import type { Delivery, ReadDelivery } from "../delivery.ts";
import { type JsonText, readJson } from "./json-pointer.ts";

/** The delivery, with its body's JSON and hash, each computed at the first call. */
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

/** JSON that was parsed before, and its bytes. */
export type ParsedBody = { readonly body: Uint8Array; readonly take: () => JsonText | undefined };

/** Gives a delivery's JSON to the first caller alone, since a handler may change its payload. */
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
