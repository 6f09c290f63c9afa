/** What stands where a secret is yet to be written: templates and manuals are full of it, and anybody can read those. */
const placeholder = new RegExp(
  [
    String.raw`^(?:change[\s_-]?me|replace[\s_-]?me|replace[\s_-]with[\s_-].*|placeholder|todo|tbd|your[\s_-].*`,
    // A known beginning, and dots for the rest: sk_test_...
    String.raw`x{3,}|(?:[a-z0-9]+[_-])*(?:\.{3,}|…)|<.*>|\$\{.*\}|\{\{.*\}\}`,
    // What a program writes that was given none.
    String.raw`null|undefined|\{\s*\}|""|'')$`,
  ].join("|"),
  "is",
);

/** Nothing that anybody sees: blanks, zero-width characters, NUL and its like. */
const invisible = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Whether a configured secret is none: empty, blank, or a placeholder. Nothing may be accepted by it. */
export function isUnset(secret: string): boolean {
  // A prefix alone is a secret that was cut off, or never filled in.
  const text = withoutInvisible(secret).replace(/^(?:v1,)?whsec_/, "");
  return text === "" || placeholder.test(text);
}

/** Without what is invisible around it. HMAC takes NULs for an empty key. */
export function withoutInvisible(text: string): string {
  const characters = Array.from(text);
  const from = characters.findIndex((character) => !invisible.test(character));
  const to = characters.findLastIndex((character) => !invisible.test(character));
  return from === -1 ? "" : characters.slice(from, to + 1).join("");
}
