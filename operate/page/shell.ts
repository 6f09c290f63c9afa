import { html } from "hono/html";

/** Escaped HTML. */
export type Html = ReturnType<typeof html>;

/** A whole page around its content. `place` says which stage it is of. */
export function shell({ title, place }: { readonly title: string; readonly place: string }, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Hookline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><strong>Hookline</strong><span class="dim">${place}</span><a href="/">Events</a></header>
<main>${content}</main>
</body>
</html>`;
}

/** A time for people, relative to now; the absolute one is shown on hover. */
export function timeOf(iso: string, now: number): Html {
  return html`<time datetime="${iso}" title="${iso}">${agoText(now - Date.parse(iso))}</time>`;
}

function agoText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}
