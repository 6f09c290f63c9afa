import { once } from "node:events";
import type { Context } from "hono";
import { html } from "hono/html";
import { streamSSE } from "hono/streaming";
import { textOf } from "./jobs.ts";
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

/**
 * Answers with the HTML of a live part, as Server-Sent Events: each of what `contents` gives that differs from the one before. Its signal
 * aborts when the browser has gone or the page is closed; until then the answer stays open, as a browser would ask again.
 */
export function liveAnswer(
  context: Context,
  { closing, typed }: Pick<PageParts, "closing" | "typed">,
  contents: (signal: AbortSignal) => AsyncGenerator<Html>,
): Response {
  return streamSSE(context, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing]);
    let sent = "";
    const send = async (part: Html) => {
      const data = String(await part);
      if (data !== sent && !signal.aborted) await stream.writeSSE({ data });
      sent = data;
    };
    try {
      for await (const content of contents(signal)) await send(content);
    } catch (error) {
      await send(html`<p class="dead">${typed(textOf(error))}</p>`);
    }
    if (!signal.aborted) await once(signal, "abort");
  });
}
