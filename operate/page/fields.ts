import { html } from "hono/html";
import type { Html } from "./shell.ts";

/** Fields of forms that act, beside each other. */
export function fields(...all: readonly (Html | "")[]): Html {
  return html`<div class="fields">${all}</div>`;
}

/** A field of several lines with its label. */
export function textarea(name: string, value: string, rows: number): Html {
  // The parser of HTML drops the first line break of a textarea.
  return html`<label class="wide">${name}<textarea name="${name}" rows="${rows}" spellcheck="false" autocomplete="off">
${value}</textarea></label>`;
}

/** A whole number with its label. */
export function number(name: string, value: number, most: number): Html {
  return html`<label>${name}<input type="number" name="${name}" min="1" max="${most}" value="${value}"></label>`;
}
