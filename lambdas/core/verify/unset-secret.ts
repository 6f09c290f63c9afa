/** Placeholders of templates and manuals, which anybody can read. */
const placeholder = new RegExp(
  [
    String.raw`^(?:change[\s_-]?me|replace[\s_-]?me|replace[\s_-]with[\s_-].*|placeholder|todo|tbd|your[\s_-].*`,
    // A known beginning, and dots or a mask for the rest: sk_test_..., whsec_••••
    String.raw`x{3,}|(?:[a-z0-9]+[_-])*(?:\.{3,}|…|[*•●]{3,})|<.*>|\$\{.*\}|\{\{.*\}\}`,
    // The texts that a program writes for a missing value.
    String.raw`null|undefined|\{\s*\}|""|'')$`,
  ].join("|"),
  "is",
);

/** Invisible characters: blanks, zero-width characters, NUL and others. */
const invisible = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Whether a configured secret is unset: empty, blank, or a placeholder. It must verify nothing. */
export function isUnset(secret: string): boolean {
  // A prefix alone is a truncated secret, or an empty template.
  const text = withoutInvisible(secret).replace(/^(?:v1,)?whsec_/, "");
  return text === "" || placeholder.test(text);
}

/** Without invisible characters around it. HMAC takes NULs for an empty key. */
export function withoutInvisible(text: string): string {
  const characters = Array.from(text);
  const from = characters.findIndex((character) => !invisible.test(character));
  const to = characters.findLastIndex((character) => !invisible.test(character));
  return from === -1 ? "" : characters.slice(from, to + 1).join("");
}
