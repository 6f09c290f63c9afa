import type { Context } from "hono";
import { html } from "hono/html";

/** Escaped HTML. */
export type Html = ReturnType<typeof html>;

/** The pages by their paths, in the order of the navigation. */
const pages = {
  "/": "Overview",
  "/events": "Events",
  "/dead": "Dead",
  "/refused": "Refused",
  "/send": "Send",
  "/sources": "Sources",
} as const;

/** Answers with a whole page. `title` is its heading, too. */
export async function answerPage(
  context: Context,
  {
    title,
    place,
    status = 200,
  }: { readonly title: string; readonly place: string; readonly status?: 200 | 400 | 404 | 413 | 500 },
  content: Html,
): Promise<Response> {
  const here = `/${context.req.path.split("/")[1] ?? ""}`;
  // One event is a part of Events.
  const isHere = (path: string) => path === here || path === `${here}s`;
  const links = Object.entries(pages).map(([path, name]) =>
    isHere(path) ? html`<a href="${path}" aria-current="page">${name}</a>` : html`<a href="${path}">${name}</a>`,
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Hookline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<header><strong>Hookline</strong><nav aria-label="Pages">${links}</nav><span class="dim">${place}</span></header>
<main><h1>${title}</h1>
${content}</main>
</body>
</html>`;
  return await context.html(page, status);
}

/** An address of this page. */
export function address(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** A time for people, relative to now; the absolute one is shown on hover. */
export function timeOf(iso: string, now: number): Html {
  return html`<time datetime="${iso}" title="${iso}">${relativeText(Date.parse(iso) - now)}</time>`;
}

function relativeText(milliseconds: number): string {
  const text = durationText(Math.abs(milliseconds));
  return milliseconds > 0 ? `in ${text}` : `${text} ago`;
}

/** A duration in its largest unit. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** A table that scrolls sideways where it needs more than its width. `name`: its columns have the widths of page.css, whatever its rows hold. */
export function table(heads: readonly string[], rows: readonly Html[], name?: "events" | "deliveries"): Html {
  return html`<div class="rows" tabindex="0" role="group" aria-label="Table"><table class="${name === undefined ? "" : `fixed ${name}`}">
<thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

/** With a button that copies the text of an element, or of an address of this page. The script shows it, as it does nothing without. */
export function copied(element: Html, from = ""): Html {
  return html`<span class="copied">${element} <button type="button" data-copy="${from}" hidden>Copy</button></span>`;
}

/** A text of at most so many characters. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
