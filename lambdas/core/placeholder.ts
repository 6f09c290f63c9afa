/** What stands where a secret is yet to be written: templates and manuals are full of it, and anybody can read those. */
const placeholder =
  /^(?:change[\s_-]?me|replace[\s_-]?me|placeholder|todo|tbd|your[\s_-].*|x{3,}|\.{3,}|<.*>|\$\{.*\}|\{\{.*\}\})$/is;

/** Whether a configured secret is none: empty, blank, or a placeholder. Nothing may be accepted by it. */
export function isUnset(secret: string): boolean {
  // A prefix alone is a secret that was cut off, or never filled in.
  const text = secret.trim().replace(/^whsec_/, "");
  return text === "" || placeholder.test(text);
}
