import { randomUUID } from "node:crypto";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { ApiAnswer, ApiCall, EndpointApi } from "./endpoint-api.ts";

/** Calls a provider's API. `doing` names the call in an error: "list the endpoints". */
export type ProviderClient = (doing: string, call: ApiCall) => Promise<ApiAnswer>;

type ProviderClientOptions = {
  readonly api: EndpointApi;
  /** The provider's name for people. */
  readonly title: string;
  readonly key: string;
  /** Where the API is. Defaults to the provider's own address. */
  readonly baseUrl?: string;
  /** How long one answer may take, in seconds; defaults to 15. */
  readonly withinSeconds?: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => Date;
};

/** A call that the provider did not answer with 2xx. */
export class ProviderCallError extends Error {
  /** Whether the provider certainly did not do it. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.name = "ProviderCallError";
    this.refused = refused;
  }
}

/** An answer as it came; its status is undefined where none came in time, its text where it is no success, or too large. */
type Attempt = { readonly status: number | undefined; readonly headers: Headers; readonly text: string | undefined };

const mostAttempts = 4;
const mostAnswerBytes = 16 * 1_048_576;
/** The operator waits where the provider asks for a longer pause. */
const longestPauseSeconds = 60;

/**
 * A client of a provider's API. A call is made up to four times: when it was limited, after the pause that the provider
 * asks for; after 5xx or no answer in time, after 1, 2 and 4 seconds. A POST is repeated after these two only where a
 * header lets the provider know it again: it may have been done. The key goes to the base address alone, since no
 * redirect is followed.
 *
 * An error holds the status and never the provider's words, which may quote the key or the secret.
 */
export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  const { api, title, sleep, now } = options;
  return async (doing, call) => {
    const repeatHeader = call.method === "POST" ? api.idempotencyHeader : undefined;
    const headers = {
      ...api.authorize(options.key),
      ...contentTypeOf(call),
      ...(repeatHeader ? { [repeatHeader]: randomUUID() } : {}),
    };
    const mayRepeat = call.method !== "POST" || repeatHeader !== undefined;
    let mayBeDone = false;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await attemptOnce(options, call, headers);
      const { status = 0 } = answer;
      // A deletion that was repeated may have been done the first time.
      const isGone = call.method === "DELETE" && attempt > 1 && status === 404;
      if (isGone || (status >= 200 && status < 300)) {
        return {
          headers: answer.headers,
          // Read on access alone: a deletion is done whatever its answer says.
          get json() {
            return jsonOf(`Cannot ${doing} at ${title}`, answer);
          },
        };
      }
      mayBeDone ||= status < 300 || status >= 500 || status === 408;
      const pause = pauseSeconds(answer, attempt, now());
      const repeats = isLimited(answer) || (mayRepeat && (status === 0 || status >= 500));
      if (!repeats || attempt === mostAttempts || pause > longestPauseSeconds) {
        throw new ProviderCallError(`Cannot ${doing} at ${title}: ${remedyOf(api, answer, call, pause)}`, !mayBeDone);
      }
      await sleep(pause * 1000);
    }
  };
}

async function attemptOnce(
  { api, baseUrl = api.baseUrl, withinSeconds = 15 }: ProviderClientOptions,
  call: ApiCall,
  headers: Readonly<Record<string, string>>,
): Promise<Attempt> {
  const query = new URLSearchParams(call.query).toString();
  const body =
    call.form === undefined
      ? JSON.stringify(call.json)
      : new URLSearchParams(call.form.map(([field, value]) => [field, value])).toString();
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, "")}${call.path}${query === "" ? "" : `?${query}`}`, {
      method: call.method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(withinSeconds * 1000),
      ...defined({ body }),
    });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch {
    // The platform's error does not tell more than that no answer came.
    return { status: undefined, headers: new Headers(), text: "" };
  }
}

/** Undefined for what is no success, since its words are not shown, and for an answer that is too large. */
async function readText({ ok, body }: Response): Promise<string | undefined> {
  if (!ok) {
    await body?.cancel();
    return undefined;
  }
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes > mostAnswerBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function contentTypeOf({ json, form }: ApiCall): Readonly<Record<string, string>> {
  if (form !== undefined) return { "content-type": "application/x-www-form-urlencoded" };
  return json === undefined ? {} : { "content-type": "application/json" };
}

function jsonOf(failed: string, { text, status }: Attempt): unknown {
  if (text === undefined) {
    throw new ProviderCallError(`${failed}: its answer has more than 16 MiB; see that --api is its API`, false);
  }
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderCallError(`${failed}: it answered ${status}, and not JSON; see that --api is its API`, false);
  }
}

/** GitHub limits by 403, too, with none remaining. */
function isLimited({ status, headers }: Attempt): boolean {
  const saysSo = headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
  return status === 429 || (status === 403 && saysSo);
}

function pauseSeconds({ headers }: Attempt, attempt: number, now: Date): number {
  const after = headers.get("retry-after");
  const reset = headers.get("x-ratelimit-remaining") === "0" ? headers.get("x-ratelimit-reset") : null;
  const asked = [
    after === null ? undefined : retryAfter(after, now),
    reset === null || !/^\d+$/.test(reset) ? undefined : secondsUntil(Number(reset) * 1000, now),
  ];
  return asked.find((seconds) => seconds !== undefined) ?? 2 ** (attempt - 1);
}

function retryAfter(text: string, now: Date): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  // Date.parse takes "-5" for a day, too.
  return /^[A-Z][a-z]{2}/.test(text) ? secondsUntil(Date.parse(text), now) : undefined;
}

function secondsUntil(time: number, now: Date): number | undefined {
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}

function remedyOf(api: EndpointApi, answer: Attempt, { method }: ApiCall, pause: number): string {
  const { status } = answer;
  if (isLimited(answer)) return `it limits calls (${status}); run this in ${Math.max(pause, 1)} s`;
  if (status === 401) return "it answered 401: the API key is wrong or has expired";
  if (status === 403) return `it answered 403: the API key must be allowed to ${api.permission}`;
  if (status === 404) {
    const owner = api.owner === undefined ? "" : `; see that --owner is right (${api.owner})`;
    return `it answered 404: it is not there, or the API key may not see it${owner}`;
  }
  if (status !== undefined && status < 400) return `it answered ${status}: give its new address with --api or --owner`;
  if (status !== undefined && status < 500) return `it answered ${status}: it does not take the URL or an event type`;
  const failed = status === undefined ? "no answer came in time" : `it answered ${status}`;
  return method === "POST" ? `${failed}, so it may be done: look with list` : `${failed}; run this later`;
}
