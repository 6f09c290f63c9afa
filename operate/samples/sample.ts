import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { at, parseJson } from "../../lambdas/core/events/fields.ts";
import { isSourceName } from "../../lambdas/core/ingress/source-path.ts";
import type { Delivery, Field, Provider } from "../../lambdas/core/provider.ts";

const samples = fileURLToPath(new URL("../../lambdas/providers/samples/", import.meta.url));

/** How a sample's bytes are written, by the ending of its file. */
const contentTypes = { json: "application/json", form: "application/x-www-form-urlencoded" } as const;

/** A provider's sample of an event type. */
type Sample = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: (typeof contentTypes)[keyof typeof contentTypes];
};

/**
 * A provider's sample of an event type, from `<type>.json` or `<type>.form`, else of its coarse type.
 *
 * @throws {TypeError} When there is none.
 */
export function readSample(provider: string, type: string, coarseType: string = type): Sample {
  const found = findSample(samples, provider, type, coarseType);
  if (found !== undefined) return found;
  const wanted = `lambdas/providers/samples/${provider}/${sampleName(type)}.json`;
  const types = sampleTypes(provider);
  const meant = didYouMean(type, types);
  const there = types.length === 0 ? "" : `. There is ${types.join(", ")}`;
  throw new TypeError(
    `Cannot find a sample of ${provider}/${type}: write ${wanted}, or give --body-file${there}${meant}`,
  );
}

/** How the body of an event type is written, by its sample; JSON where it has none. */
export function contentTypeOf(provider: string, type: string, coarseType: string): Sample["contentType"] {
  return findSample(samples, provider, type, coarseType)?.contentType ?? contentTypes.json;
}

/** The event types that have a sample, in order; none where the provider has no folder of its own. */
export function sampleTypes(provider: string): readonly string[] {
  const folder = join(samples, provider);
  if (!isSourceName(provider) || !existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/"));
  return files.flatMap((file) => (/\.(json|form)$/.test(file) ? [sampleType(file)] : [])).sort();
}

/** A sample of a folder of samples, by the same names, or undefined where there is none. */
export function findSample(folder: string, provider: string, type: string, coarseType: string): Sample | undefined {
  for (const name of [type, coarseType]) {
    for (const [ending, contentType] of Object.entries(contentTypes)) {
      const file = join(folder, provider, `${sampleName(name)}.${ending}`);
      if (!file.startsWith(join(folder, "/")) || !existsSync(file)) continue;
      return { body: new Uint8Array(readFileSync(file)), contentType };
    }
  }
  return undefined;
}

/** The provider's type and its finer part: `issues` and `opened` of GitHub's `issues.opened`. */
export function splitType({ events }: Provider, type: string): readonly [coarseType: string, subtype?: string] {
  if (typeof events !== "object" || events.subtype === undefined) return [type];
  const [, coarse = type, subtype] = /^([^.]+)\.(.+)$/.exec(type) ?? [];
  return subtype === undefined ? [coarse] : [coarse, subtype];
}

/** The name of a sample's file, without its ending: Windows takes no ":", as in `repo:push`. */
export function sampleName(type: string): string {
  return type.replaceAll(":", "=");
}

/** The event type of a sample, from the name of its file. */
export function sampleType(file: string): string {
  return file.replace(/\.(json|form)$/, "").replaceAll("=", ":");
}

/**
 * An unsigned delivery with this id and type where its provider has them: in headers, or in the JSON body. A sample that
 * leaves one of them to a header that repeats it stays so. Where the provider reads them by a function, the id takes the
 * place of each `__ID__` in the sample, and the type is its own.
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
    /** Defaults to JSON. */
    readonly contentType?: Sample["contentType"];
  },
  fixedBody: boolean,
): Delivery {
  const { contentType = contentTypes.json } = given;
  const headers = new Headers({ "content-type": contentType, "user-agent": "hookline-send" });
  let { body } = given;
  const write = (field: Field | undefined, value: string | undefined) => {
    if (field === undefined || value === undefined) return;
    if ("header" in field) return setHeader(headers, field.header, value);
    const pointers = [field.json].flat();
    const json = parseJson(body);
    const pointer = pointers.find((one) => at(json, one) !== undefined);
    // A body that stays as it is may have its own value: a header beside it would contradict it.
    if (field.echo !== undefined && !(fixedBody && pointer !== undefined)) setHeader(headers, field.echo, value);
    if (fixedBody || (field.echo !== undefined && pointer === undefined)) return;
    body = setPointer(body, pointer ?? pointers[0] ?? "", value);
  };
  if (typeof provider.events === "object") {
    write(provider.events.id, given.id);
    const [type, subtype] = splitType(provider, given.type);
    write(provider.events.type, type);
    write(provider.events.subtype, subtype);
  } else if (!fixedBody && given.id !== undefined) {
    const written =
      contentType === contentTypes.json ? JSON.stringify(given.id).slice(1, -1) : encodeURIComponent(given.id);
    body = new TextEncoder().encode(new TextDecoder().decode(body).replaceAll("__ID__", () => written));
  }
  return { method: "POST", url: given.url, headers, body };
}

function setHeader(headers: Headers, name: string, value: string): void {
  if (/[^\x20-\x7e\xa0-\xff]/.test(value)) {
    throw new TypeError(
      `Cannot write header ${name}: it takes Latin letters, digits and signs alone, received ${JSON.stringify(value)}`,
    );
  }
  headers.set(name, value);
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
