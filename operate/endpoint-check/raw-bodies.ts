import type { CheckName } from "./checks.ts";

/** Ways to write JSON that another writer would not choose; each must be taken. */
export const rawBodies: readonly { readonly check: CheckName; readonly write: (json: unknown) => string }[] = [
  { check: "spacing", write: (json) => JSON.stringify(json, null, 3).replaceAll("\n", "\r\n") },
  { check: "ends", write: (json) => ` \n${JSON.stringify(json)}\n ` },
  { check: "non-ascii", write: (json) => withText(json, '"Zoë Müller, 漢字, 🦊"') },
  { check: "escaped", write: (json) => withText(json, String.raw`"Zo\u00eb \/ \ud83e\udd8a \u0041"`) },
];

const place = "a text of the check";

/** JSON with a further field whose value is written so. Providers add fields at any time. */
export function withText(json: unknown, written: string): string {
  const [first, ...others] = Array.isArray(json) ? json : [json];
  const added = { ...first, hookline_check: place };
  return JSON.stringify(Array.isArray(json) ? [added, ...others] : added).replace(JSON.stringify(place), () => written);
}
