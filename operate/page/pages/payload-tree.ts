import { html } from "hono/html";
import { masked } from "../../events/masked.ts";
import { cut, type Html } from "../shell.ts";

/** A page stays below 100 KB: more than so many values, and characters of HTML in them, are not set out. */
const most = { values: 500, characters: 40_000 } as const;
const longestText = 500;

/** A number as its sender wrote it: one of more digits than a number has here would be shown as another. */
class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON body as a tree that can be folded; undefined for another body. Values are masked unless all of it is wanted. */
export function payloadTree(body: Uint8Array, isShown: boolean): Html | undefined {
  let json: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    json = isShown ? JSON.parse(text, asWritten) : JSON.parse(text);
  } catch {
    return undefined;
  }
  const left = { ...most };
  const tree = treeOf(undefined, isShown ? json : masked(json), left);
  const rest =
    left.values < 0 || left.characters < 0
      ? html`<p class="dim">The rest is left out here; all of it is a page of its own.</p>`
      : "";
  return html`<div class="tree">${tree}</div>${rest}`;
}

/** A reviver: where a number reads otherwise than it was written, its text. */
function asWritten(this: unknown, _: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined && source !== String(value)
    ? new WrittenNumber(source)
    : value;
}

type Left = { -readonly [Name in keyof typeof most]: number };

function treeOf(name: string | undefined, value: unknown, left: Left): Html | "" {
  const key = cut(name ?? "", longestText);
  const text = textOf(value);
  left.values -= 1;
  left.characters -= escapedLength(key) + escapedLength(text ?? "");
  if (left.values < 0 || left.characters < 0) return "";
  const label = name === undefined ? "" : html`<span class="key">${key}</span> `;
  if (text !== undefined || typeof value !== "object" || value === null) {
    const kind = value instanceof WrittenNumber ? "number" : typeof value;
    return html`<div>${label}<span class="${kind}">${text}</span></div>`;
  }
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) return html`<div>${label}<span class="dim">${size}</span></div>`;
  const inner = entries.map(([key, one]) => treeOf(key, one, left));
  return html`<details open><summary>${label}<span class="dim">${size}</span></summary>${inner}</details>`;
}

/** A value that is not set out in lines. */
function textOf(value: unknown): string | undefined {
  if (value instanceof WrittenNumber) return cut(value.text, longestText);
  if (typeof value === "object" && value !== null) return undefined;
  return typeof value === "string" ? cut(value, longestText) : String(value);
}

/** The longest entity, of a quote, has six characters. */
function escapedLength(text: string): number {
  return text.length + 5 * (text.match(/[&<>"']/g)?.length ?? 0);
}
