import type { Delivery } from "../../lambdas/core/provider.ts";
import { fetchFailure } from "../fetch-failure.ts";

/** A delivery, and the time that it was signed for. */
export type Signed = { readonly delivery: Delivery; readonly at: Date };

/** A delivery that was posted, and what came back. */
export type Posted = Signed & {
  readonly milliseconds: number;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** The answer's headers and body, or the reason for their absence. Never shown: they may hold a secret. */
  readonly said: string;
};

/** Posts deliveries, and keeps what came back. */
export type Courier = {
  /** All at once. */
  readonly post: (signed: readonly Signed[]) => Promise<readonly Posted[]>;
  readonly posted: readonly Posted[];
};

/** One run posts no more. */
export const mostPosts = 60;
/** To another machine, in any second. */
export const mostPerSecond = 5;

/** After so many without an answer, an endpoint is not waited for again. */
const mostSilences = 3;

/** A little more than a second: a timer may fire early. */
const secondMilliseconds = 1_050;
const mostAnswerBytes = 65_536;

/**
 * @param options.isPaced Whether no more than {@linkcode mostPerSecond} start in a second.
 * @param options.waitSeconds How long an answer is waited for.
 */
export function createCourier(options: {
  readonly isPaced: boolean;
  readonly waitSeconds: number;
  readonly fetch: typeof fetch;
}): Courier {
  const posted: Posted[] = [];
  let starts: readonly number[] = [];
  let count = 0;

  async function waitForRoom(wanted: number): Promise<void> {
    for (;;) {
      const now = performance.now();
      starts = starts.filter((start) => now - start < secondMilliseconds);
      const [oldest = now] = starts;
      if (starts.length === 0 || starts.length + wanted <= mostPerSecond) break;
      await new Promise((resolve) => setTimeout(resolve, oldest + secondMilliseconds - now));
    }
    starts = [...starts, ...Array.from({ length: wanted }, () => performance.now())];
  }

  return {
    posted,
    post: async (signed) => {
      if (posted.filter(({ status }) => status === undefined).length >= mostSilences) {
        return signed.map((one) => ({ ...one, status: undefined, said: "not asked any more", milliseconds: 0 }));
      }
      count += signed.length;
      if (count > mostPosts) throw new Error(`Cannot post: one check posts at most ${mostPosts} deliveries`);
      if (options.isPaced) await waitForRoom(signed.length);
      const answered = await Promise.all(signed.map((one) => postOne(one, options)));
      posted.push(...answered);
      return answered;
    },
  };
}

async function postOne(
  signed: Signed,
  options: { readonly waitSeconds: number; readonly fetch: typeof fetch },
): Promise<Posted> {
  const { method, url, headers, body } = signed.delivery;
  const start = performance.now();
  const end = (answer: Pick<Posted, "status" | "said">) => {
    return { ...signed, ...answer, milliseconds: Math.round(performance.now() - start) };
  };
  try {
    const signal = AbortSignal.timeout(options.waitSeconds * 1000);
    // No provider follows a redirection, and its target was not confirmed.
    const init = { method, headers, body: body as Uint8Array<ArrayBuffer>, redirect: "manual", signal } as const;
    const response = await options.fetch(url, init);
    const said = Array.from(response.headers, ([name, value]) => `${name}: ${value}\n`).join("");
    return end({ status: response.status, said: said + (await readStart(response)) });
  } catch (error) {
    return end({ status: undefined, said: fetchFailure(error) });
  }
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes >= mostAnswerBytes) break;
  }
  return text;
}
