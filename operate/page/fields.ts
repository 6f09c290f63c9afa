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

/** A field whose text is not shown, and that no browser keeps. */
export function password(name: string): Html {
  return html`<label>${name}<input type="password" name="${name}" required autocomplete="off"></label>`;
}

/** A box to tick, which says what it does. */
export function checkbox(name: string, says: string): Html {
  return html`<label class="tick"><input type="checkbox" name="${name}" value="yes"> ${says}</label>`;
}
