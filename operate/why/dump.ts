import { Buffer } from "node:buffer";
import { defined } from "../../lambdas/core/bytes/defined.ts";

/** A request as a dump has it: what is not in the dump is absent. */
export type Dump = {
  readonly method?: string;
  /** Its URL, or the path of its request line. */
  readonly url?: string;
  readonly headers: Headers;
  readonly body?: Uint8Array<ArrayBuffer>;
};

/** A line of a dump that cannot be read. Its message has the line's number, and nothing of its text: it may hold a secret. */
export class DumpError extends Error {
  override readonly name = "DumpError";

  constructor(line: number, why: string) {
    super(`line ${line} ${why}`);
  }
}

type Line = { readonly number: number; readonly text: string };

/**
 * Reads the usual dumps of a request: headers a line each, a raw HTTP request, the output of `curl -v`, headers as a JSON
 * object, and an entry of a HAR file.
 *
 * @throws {DumpError} Where a line cannot be read.
 */
export function readDump(bytes: Uint8Array<ArrayBuffer>): Dump {
  const text = Buffer.from(bytes).toString("utf8");
  if (/^\s*[{[]/.test(text)) return readJsonDump(text);
  const lines = text.split("\n").map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, "") }));
  const sent = lines.filter((line) => /^> ?/.test(line.text));
  // `curl -v` marks what it sent by ">", what it received by "<", and its own remarks by "*".
  if (sent.length > 0) return readLines(sent.map((line) => ({ ...line, text: line.text.replace(/^> ?/, "") })));
  const end = lines.findIndex((line, index) => index > 0 && line.text === "");
  const head = readLines(end < 0 ? lines : lines.slice(0, end));
  return head.method === undefined ? readLines(lines) : { ...head, ...bodyAfter(bytes, end, head.headers) };
}

const requestLine = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/;
/** HTTP/2's own fields, as a browser's developer tools write them: `:method: POST`. */
const pseudoHeader = /^:(method|path|authority|scheme):? ?(.*)$/;

/** A request line, where there is one, and headers. Blank lines are skipped. */
function readLines(lines: readonly Line[]): Dump {
  const [first, ...rest] = lines.filter(({ text }) => text.trim() !== "");
  const [isRequest, method, url] = requestLine.exec(first?.text ?? "") ?? [];
  const places: Record<string, string> = {};
  const headers = new Headers();
  for (const line of [...(isRequest === undefined && first !== undefined ? [first] : []), ...rest]) {
    const [, place, value = ""] = pseudoHeader.exec(line.text) ?? [];
    if (place === undefined) addHeader(headers, line);
    else places[place] = value;
  }
  return { headers, ...defined({ method: method ?? places.method, url: url ?? places.path }) };
}

/** Adds the header of a line. */
export function addHeader(headers: Headers, { number, text }: Line): void {
  const [, name, value = ""] = /^([^:\s]+):(.*)$/.exec(text.trim()) ?? [];
  if (name === undefined) throw new DumpError(number, `is no "name: text": it has ${text.length} characters`);
  append(headers, name, value.trim(), number);
}

function append(headers: Headers, name: string, value: string, line: number): void {
  try {
    headers.append(name, value);
  } catch {
    // The runtime's message repeats the value.
    throw new DumpError(line, "has a character that no header may have");
  }
}

/** The bytes behind the blank line; without a line break that an editor has added behind `Content-Length`. */
function bodyAfter(bytes: Uint8Array<ArrayBuffer>, blankLine: number, headers: Headers): Pick<Dump, "body"> {
  if (blankLine < 0) return {};
  let start = 0;
  for (let line = 0; line <= blankLine; line += 1) start = bytes.indexOf(0x0a, start) + 1;
  const body = start === 0 ? new Uint8Array() : bytes.slice(start);
  const length = Number(headers.get("content-length") ?? Number.NaN);
  const rest = Buffer.from(body.subarray(length)).toString("latin1");
  return { body: length < body.length && rest.trim() === "" ? body.slice(0, length) : body };
}

function readJsonDump(text: string): Dump {
  const json = parse(text);
  if (Array.isArray(json)) return { headers: headersOf(json) };
  const object = json as HarFile & HarEntry & HarRequest;
  const entries = object.log?.entries;
  if (entries !== undefined && entries.length !== 1) {
    throw new DumpError(1, `begins a HAR file of ${entries.length} requests: give one entry alone`);
  }
  const request = entries?.[0]?.request ?? object.request ?? object;
  if (!Array.isArray(request.headers)) return { headers: headersOf(Object.entries(object)) };
  const { text: body, encoding } = request.postData ?? {};
  return {
    headers: headersOf(request.headers),
    ...defined({ method: request.method, url: request.url }),
    ...(body === undefined
      ? {}
      : { body: new Uint8Array(Buffer.from(body, encoding === "base64" ? "base64" : "utf8")) }),
  };
}

/** @see http://www.softwareishard.com/blog/har-12-spec/ (2026-11) */
type HarFile = { readonly log?: { readonly entries?: readonly HarEntry[] } };
type HarEntry = { readonly request?: HarRequest };
type HarRequest = {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: readonly unknown[];
  readonly postData?: { readonly text?: string; readonly encoding?: string };
};

/** Of pairs, or of HAR's `{ name, value }`; a header may have several values. */
function headersOf(pairs: readonly unknown[]): Headers {
  const headers = new Headers();
  for (const pair of pairs) {
    const { name, value } = Array.isArray(pair) ? { name: pair[0], value: pair[1] } : (pair as Record<string, unknown>);
    for (const one of [value].flat()) {
      if (typeof name !== "string" || !["string", "number"].includes(typeof one)) {
        throw new DumpError(1, "begins JSON that has no headers: expected names with texts, or an entry of a HAR file");
      }
      // HTTP/2's own fields are no headers.
      if (!name.startsWith(":")) append(headers, name, String(one).trim(), 1);
    }
  }
  return headers;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The runtime's message repeats some of the text; its position is all that is taken.
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    const line = text.slice(0, position === undefined ? undefined : Number(position)).split("\n").length;
    throw new DumpError(line, "is no JSON");
  }
}
