import { type Refusal, refused } from "../outcome.ts";
import type { Fetch, VerifyOptions } from "../provider.ts";
import { ageOf, type Moment, moment, type SteadyClock } from "./age.ts";
import { keyFromPem, type PublicKey } from "./public-keys.ts";

/** A published document to fetch. */
export type RemoteRequest = {
  /** Often written by the sender of a delivery: nothing is fetched before `pinned` permits it. */
  readonly url: string;
  /** Whether a provider publishes at this address. Give host and path in full. */
  readonly pinned: (url: URL) => boolean;
  /** The greatest age of a cached answer; 0 fetches anew. */
  readonly keepSeconds: number;
  /** A JSON body, which makes the request a POST. */
  readonly post?: string;
  /**
   * Where a sender influences the address: the name of the budget of fetches, such as the provider's. Defaults to a budget of
   * the address's own.
   */
  readonly share?: string;
  /** Further statuses that are an answer, kept for a minute. */
  readonly alsoStatuses?: readonly number[];
};

/** The answer from a pinned address. */
type RemoteDocument = { readonly kind: "document"; readonly status: number; readonly text: string };

type Stored = { readonly document: RemoteDocument; readonly at: Moment };
type Host = {
  readonly stored: Map<string, Stored>;
  readonly running: Map<string, Promise<RemoteDocument>>;
  /** Times of recent fetches, by budget: of unknown documents and of known ones apart. */
  readonly asked: Map<string, Moment[]>;
};

const patienceMilliseconds = 2000;
const mostBytes = 65_536;
const mostStored = 32;
const mostAMinute = 10;
const minute = 60_000;

const hosts = new WeakMap<Fetch, Host>();

/**
 * Fetches a document with a provider's keys, and keeps it over invocations, per fetch function. An address that is not pinned
 * is a refusal before anything is fetched. A fetch ends within 2 s and 64 KiB, follows no redirect, and is shared by all
 * concurrent callers. A budget has 10 fetches a minute for unknown documents, and 10 for known ones: a sender of junk can
 * neither flood a provider, nor drive out a key, nor block another provider's.
 *
 * @throws {Error} When there is no answer; `verify` makes a 503 of that. Failures are not kept.
 */
export async function fetchDocument(
  request: RemoteRequest,
  options: { readonly fetch?: Fetch | undefined; readonly now: Date; readonly steady?: SteadyClock },
): Promise<RemoteDocument | Refusal> {
  const { url, post = "", keepSeconds } = request;
  if (!isPinned(request)) return refused("signature-malformed", "the address of its key is not the provider's");
  const { fetch = globalThis.fetch } = options;
  const now = moment(options.now, options.steady);
  const host = hostOf(fetch);
  const name = `${url}\n${post}`;
  const kept = host.stored.get(name);
  const keep = (kept?.document.status === 200 ? keepSeconds : Math.min(keepSeconds, 60)) * 1000;
  if (kept !== undefined && ageOf(kept.at, now) < keep) return kept.document;
  const running = host.running.get(name);
  if (running !== undefined) return await running;

  // Apart: junk must not block documents that are known to exist.
  count(host.asked, `${request.share ?? url} ${kept?.document.status === 200 ? "known" : "new"}`, now);
  const asking = ask(fetch, request).finally(() => host.running.delete(name));
  host.running.set(name, asking);
  const document = await asking;
  if (keepSeconds > 0) store(host.stored, name, { document, at: now });
  return document;
}

/** A certificate that a delivery names: its publisher, and the place of its address in the delivery. */
type Certificate = Pick<RemoteRequest, "url" | "pinned" | "share"> & { readonly of: string; readonly where: string };

/**
 * The key of a certificate, kept for a day. A missing address is a refusal.
 *
 * @throws {Error} When there is no answer, or the document is not a certificate.
 */
export async function keyFromCertificate(
  { of, where, ...request }: Certificate,
  options: Pick<VerifyOptions, "fetch" | "now">,
): Promise<PublicKey | Refusal> {
  const document = await fetchDocument({ ...request, keepSeconds: 86_400, alsoStatuses: [404] }, options);
  if (document.kind === "refused") return document;
  if (document.status === 404) return refused("signature-wrong", `there is no certificate at ${where}`);
  const key = keyFromPem(document.text);
  if (key === undefined) throw new Error(`Cannot read the certificate of ${of}`);
  return key;
}

/** With too many the oldest is dropped, and missing documents first: otherwise junk would drive out keys. */
function store(stored: Host["stored"], name: string, answer: Stored): void {
  stored.delete(name);
  stored.set(name, answer);
  if (stored.size <= mostStored) return;
  const names = [...stored.keys()];
  const victim = names.find((one) => stored.get(one)?.document.status !== 200) ?? names[0];
  if (victim !== undefined) stored.delete(victim);
}

/** The URL must be fetched exactly as written: other spellings of it are not the provider's. */
function isPinned({ url, pinned }: RemoteRequest): boolean {
  if (url.length > 1024 || !URL.canParse(url)) return false;
  const parsed = new URL(url);
  const { protocol, username, password, port, hash } = parsed;
  return (
    parsed.href === url && protocol === "https:" && `${username}${password}${port}${hash}` === "" && pinned(parsed)
  );
}

function hostOf(fetch: Fetch): Host {
  const found = hosts.get(fetch) ?? { stored: new Map(), running: new Map(), asked: new Map() };
  hosts.set(fetch, found);
  return found;
}

/** @throws {Error} When the budget of the last minute is used up. */
function count(asked: Host["asked"], share: string, now: Moment): void {
  const recent = (asked.get(share) ?? []).filter((at) => ageOf(at, now) < minute);
  asked.set(share, recent);
  if (recent.length >= mostAMinute) throw new Error(`Cannot fetch a key: ${mostAMinute} were fetched within a minute`);
  recent.push(now);
}

async function ask(fetch: Fetch, request: RemoteRequest): Promise<RemoteDocument> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`Cannot fetch ${place(request)}: no answer within ${patienceMilliseconds} ms`));
    timer = setTimeout(fail, patienceMilliseconds);
  });
  try {
    // A fetch function of the caller may ignore its signal.
    return await Promise.race([late, answered(fetch, request, controller.signal)]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function answered(fetch: Fetch, request: RemoteRequest, signal: AbortSignal): Promise<RemoteDocument> {
  const { url, post, alsoStatuses = [] } = request;
  const asPost =
    post === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: post };
  const response = await fetch(url, { redirect: "error", signal, ...asPost });
  const { status } = response;
  if (status !== 200 && !alsoStatuses.includes(status)) {
    throw new Error(`Cannot fetch ${place(request)}: answered ${status}`);
  }
  return { kind: "document", status, text: await boundedText(response, request) };
}

async function boundedText(response: Response, request: RemoteRequest): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    length += piece.value.length;
    if (length > mostBytes) {
      // Not awaited: a stream may take long to end.
      reader.cancel().catch(() => {});
      throw new Error(`Cannot fetch ${place(request)}: its answer is longer than ${mostBytes} bytes`);
    }
    text += decoder.decode(piece.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Without the query, since a handshake's holds a token. */
function place({ url }: RemoteRequest): string {
  return url.replace(/\?.*$/s, "");
}
