import { readFileSync } from "node:fs";
import { constantOf } from "../../infra/build/provider-constant.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";

const folder = new URL("../../lambdas/providers/", import.meta.url);

/** The labels that a provider's docstring must have, and further ones that it may have, in this order. */
const required = ["Secret", "Signed", "Id and type", "Retry", "Patience"] as const;
const optional = [
  "Answer",
  "Handshake",
  "Batches",
  "Not covered",
  "Content type",
  "Size",
  "Several sources",
  "Test tool",
] as const;

/** A provider's documentation, as its file has it; texts are Markdown. */
export type ProviderDocs = {
  /** The text before the list. */
  readonly lead: string;
  /** By their labels, in order. */
  readonly bullets: ReadonlyMap<string, string>;
  readonly unverified?: string;
  /** Addresses, each with the month in which it was read. */
  readonly sources: readonly { readonly url: string; readonly read: string }[];
};

/**
 * Reads the docstring of a provider.
 *
 * @throws {TypeError} When a part is missing, or there is one that no provider has.
 */
export function readProviderDocs(name: string): ProviderDocs {
  const text = readFileSync(new URL(`${name}.ts`, folder), "utf8");
  const before = text.slice(0, text.indexOf(`export const ${constantOf(name)}:`));
  const start = before.lastIndexOf("/**");
  const block = start < 0 ? "" : before.slice(start + 3, before.lastIndexOf("*/"));
  return parseDocs(block.replaceAll(/^[ ]*\* ?/gm, "").trim(), name);
}

function parseDocs(text: string, name: string): ProviderDocs {
  const wrong = (what: string) =>
    new TypeError(`Cannot read the documentation in lambdas/providers/${name}.ts: ${what}`);
  const bullets = new Map<string, string>();
  const sources: { readonly url: string; readonly read: string }[] = [];
  const lead: string[] = [];
  let unverified: string | undefined;
  for (const paragraph of text.split(/\n(?=\n|- \*\*|@see )/)) {
    const line = paragraph.trim().replaceAll(/\s*\n\s*/g, " ");
    const [, label, said = ""] = /^- \*\*([^*]+)\*\*: (.+)$/.exec(line) ?? [];
    const [, url, read] = /^@see (https:\/\/\S+?)(?: \((\d{4}-\d\d)\))?$/.exec(line) ?? [];
    if (label !== undefined) bullets.set(label, said);
    else if (line.startsWith("Unverified: ")) unverified = line.slice("Unverified: ".length);
    else if (line.startsWith("@see ")) {
      if (url === undefined || read === undefined) throw wrong(`"${line}" is not "@see https://… (2026-11)"`);
      sources.push({ url, read });
    } else if (line !== "") lead.push(line);
  }
  const known: readonly string[] = [...required, ...optional];
  for (const label of required) if (!bullets.has(label)) throw wrong(`it has no **${label}**`);
  for (const label of bullets.keys()) {
    if (!known.includes(label)) throw wrong(`it has **${label}**, and known are ${known.join(", ")}`);
  }
  const ordered = known.flatMap((label) => (bullets.has(label) ? [[label, bullets.get(label) ?? ""] as const] : []));
  if (lead.length === 0) throw wrong("it has no first sentence");
  return {
    lead: lead.join("\n\n"),
    bullets: new Map(ordered),
    sources,
    ...defined({ unverified }),
  };
}

/** The anchor that GitHub gives a heading. */
export function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
