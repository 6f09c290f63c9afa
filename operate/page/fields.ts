import { html } from "hono/html";
import type { Html } from "./shell.ts";

/** A field of a form with its label. */
export function input(name: string, value = "", placeholder = ""): Html {
  return html`<label>${name}<input name="${name}" value="${value}" placeholder="${placeholder}"></label>`;
}

/** A choice of a form with its label. An empty option stands for all. */
export function select(name: string, options: readonly string[], chosen = ""): Html {
  const all = options.map((one) => {
    const text = one === "" ? "all" : one;
    if (one === chosen) return html`<option value="${one}" selected>${text}</option>`;
    return html`<option value="${one}">${text}</option>`;
  });
  return html`<label>${name}<select name="${name}">${all}</select></label>`;
}

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
