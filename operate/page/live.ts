import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "hono";
import { html } from "hono/html";
import { streamSSE } from "hono/streaming";
import type { PageParts } from "./parts.ts";
import type { Html } from "./shell.ts";

/** A part of a page that the server keeps up to date: `path` sends its HTML whenever it changes. */
export function livePart(path: string, content: Html): Html {
  return html`<div data-live="${path}">${content}</div>`;
}

/** The time by which a live part tells others: to ten seconds, or it would change with each; never before what has just come. */
export function liveNow(): number {
  return Math.ceil(Date.now() / 10_000) * 10_000;
}

/** Waits before a part that failed is looked at once more. `failures`: how often it has, in this answer. */
type Pause = (failures: number, signal: AbortSignal) => Promise<unknown>;

/** Five seconds, and each time twice as long, to a minute: a look may cost requests, and a stage that throttles has too many of them. */
const growingPause: Pause = async (failures, signal) =>
  await sleep(Math.min(5000 * 2 ** (failures - 1), 60_000), undefined, { signal }).catch(() => {});

/**
 * Answers with the HTML of a live part, as Server-Sent Events: each of what `contents` gives that differs from the one before. Where
 * `contents` throws, the browser keeps the part and shows the error, which is sent as `fault`, and `contents` begins anew after a
 * pause; an empty `fault` says that it has passed. Its signal aborts when the browser has gone or the page is closed; until then the
 * answer stays open, as a browser would ask again.
 */
export function liveAnswer(
  context: Context,
  { closing, textOf }: Pick<PageParts, "closing" | "textOf">,
  contents: (signal: AbortSignal) => AsyncGenerator<Html>,
  pause: Pause = growingPause,
): Response {
  return streamSSE(context, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing]);
    const sent: Record<"part" | "fault", string> = { part: "", fault: "" };
    const send = async (what: keyof typeof sent, data: string) => {
      if (data === sent[what] || signal.aborted) return;
      sent[what] = data;
      await stream.writeSSE({ data, ...(what === "fault" ? { event: what } : {}) });
    };
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const content of contents(signal)) {
          await send("part", String(await content));
          await send("fault", "");
        }
        // It has come to its end.
        if (!signal.aborted) await once(signal, "abort");
      } catch (error) {
        if (signal.aborted) return;
        await send("fault", textOf(error));
        failures += 1;
        await pause(failures, signal);
      }
    }
  });
}
