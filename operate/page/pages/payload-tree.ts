import { html } from "hono/html";
import { masked } from "../../events/masked.ts";
import { cut, type Html } from "../shell.ts";

/** A page stays below 100 KB: more than so many values are not set out. */
const mostValues = 500;
const longestText = 500;

/** A JSON body as a tree that can be folded; undefined for another body. Values are masked unless all of it is wanted. */
export function payloadTree(body: Uint8Array, isShown: boolean): Html | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  const left = { values: mostValues };
  const tree = treeOf(undefined, isShown ? json : masked(json), left);
  const rest =
    left.values < 0 ? html`<p class="dim">The rest is left out here; all of it is a page of its own.</p>` : "";
  return html`<div class="tree">${tree}</div>${rest}`;
}

function treeOf(name: string | undefined, value: unknown, left: { values: number }): Html | "" {
  left.values -= 1;
  if (left.values < 0) return "";
  const label = name === undefined ? "" : html`<span class="key">${cut(name, longestText)}</span> `;
  if (typeof value !== "object" || value === null) {
    const text = typeof value === "string" ? cut(value, longestText) : String(value);
    return html`<div>${label}<span class="${typeof value}">${text}</span></div>`;
  }
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) return html`<div>${label}<span class="dim">${size}</span></div>`;
  const inner = entries.map(([key, one]) => treeOf(key, one, left));
  return html`<details open><summary>${label}<span class="dim">${size}</span></summary>${inner}</details>`;
}
