import type { LocalRun } from "../../local/local-run.ts";

/** The public address of each source, a line each. */
export function publicLines({ sources }: Pick<LocalRun, "sources">, address: string): readonly string[] {
  const names = Object.keys(sources);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const base = address.replace(/\/+$/, "");
  return [
    "Public until the run ends; give each provider the address of its source, and the secret:",
    ...names.map((name) => `  ${name.padEnd(width)}${base}/${name}`),
  ];
}
