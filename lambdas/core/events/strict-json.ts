import type { ReadDelivery } from "../delivery.ts";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The object in a JSON text; undefined where it is not one. Strict, for bodies that hold their own signature: with `parseJson`,
 * a byte order mark or bytes that are not UTF-8 could be changed without a trace.
 */
export function jsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(utf8.decode(bytes));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** {@linkcode jsonObject} of a delivery's body. A text that is equal when read strictly has lost nothing. */
export function objectIn({ body, read }: ReadDelivery): JsonObject | undefined {
  try {
    const { json, text } = read();
    return isObject(json) && utf8.decode(body) === text ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The text of an object's own member; undefined where there is none. */
export function textOf(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The object that an object's own member is; undefined where there is none. */
export function objectOf(object: JsonObject, name: string): JsonObject | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return isObject(value) ? value : undefined;
}

/** Whether a value is an object, and neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a value is a plain object: a `Map`, a promise or an instance of a class has properties that `Object.entries` does not
 * list.
 */
export function isRecord(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
