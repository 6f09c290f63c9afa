import { existsSync, readFileSync } from "node:fs";
import { at, parseJson } from "../../lambdas/core/fields.ts";
import type { Delivery, Field, Provider } from "../../lambdas/core/provider.ts";

const samples = new URL("../../lambdas/providers/samples/", import.meta.url);

/**
 * The bytes of a provider's sample of an event type.
 *
 * @throws {TypeError} When there is none.
 */
export function readSample(provider: string, type: string): Uint8Array<ArrayBuffer> {
  const file = new URL(`${provider}/${type}.json`, samples);
  if (!file.href.startsWith(samples.href) || !existsSync(file)) {
    throw new TypeError(
      `Cannot find a sample of ${provider}/${type}: write lambdas/providers/samples/${provider}/${type}.json, or give --body-file`,
    );
  }
  return new Uint8Array(readFileSync(file));
}

/**
 * An unsigned delivery that bears this id and type where its provider has them: in headers, or in the JSON body.
 *
 * @param fixedBody The body is sent as it is.
 * @throws {TypeError} When a field stands in a body that must stay as it is, or is not JSON.
 */
export function stamp(
  provider: Provider,
  given: {
    readonly url: string;
    readonly body: Uint8Array<ArrayBuffer>;
    readonly id: string | undefined;
    readonly type: string;
  },
  fixedBody: boolean,
): Delivery {
  const headers = new Headers({ "content-type": "application/json", "user-agent": "hookline-send" });
  let { body } = given;
  const write = (field: Field | undefined, value: string | undefined) => {
    if (field === undefined || value === undefined) return;
    if ("header" in field) return headers.set(field.header, value);
    // A body that stays as it is has its own value: a header beside it would contradict it.
    if (fixedBody) return;
    if (field.echo !== undefined) headers.set(field.echo, value);
    body = setPointer(body, typeof field.json === "string" ? field.json : (field.json[0] ?? ""), value);
  };
  if (typeof provider.events === "object") {
    write(provider.events.id, given.id);
    write(provider.events.type, given.type);
  }
  return { method: "POST", url: given.url, headers, body };
}

function setPointer(body: Uint8Array, pointer: string, value: string): Uint8Array<ArrayBuffer> {
  const json = parseJson(body);
  const parent = pointer.slice(0, pointer.lastIndexOf("/"));
  const target = at(json, parent);
  if (typeof target !== "object" || target === null)
    throw new TypeError(`Cannot set ${pointer}: the body has no such place`);
  (target as Record<string, unknown>)[pointer.slice(parent.length + 1)] = value;
  return new TextEncoder().encode(JSON.stringify(json));
}
