import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isUnset } from "../../lambdas/core/placeholder.ts";

/** `${…}`, as templates have it. */
const braced = (name: string) => `$\{${name}}`;

describe("a secret that is yet to be written", () => {
  it("is none: empty, blank, or what templates and manuals have in its place", () => {
    const none = [
      ...["", " \t\n", "changeme", "change-me", "change_me", "change me", "CHANGE\nME"],
      ...["replaceme", "replace-me", "replace_me", "replace me", "Placeholder", "todo", "TBD"],
      ...["your-secret", "your_secret", "your secret\nhere", "your-", "xxx", "XXXXXXXX", "...", "......"],
      ...["<secret>", "<>", "<a\nb>", braced("SECRET"), braced(""), "{{secret}}", "{{}}", " todo\n"],
      ...["whsec_xxx", "whsec_<secret>", "whsec_your-secret", "whsec_", " whsec_\n"],
    ];
    for (const secret of none) assert.equal(isUnset(secret), true, JSON.stringify(secret));
  });

  it("is told from a secret in which such a word only stands", () => {
    const set = [
      ...["a", "xx", "..", "1todo", "todo1", "my-changeme", "changeme-not", "changeXme", "replaceXme", "change--me"],
      ...["yours", "yoursecret", "a<secret>", "<secret>a", "<secret", "{{secret}", "{secret}"],
      ...[`${braced("SECRET")}a`, `a${braced("SECRET")}`, "{SECRET}", "$SECRET"],
      ...["axxx", "xxxa", "a...", "...a", "xxwhsec_x", "whsec_a", "whsec_whsec_xxx", "placeholders"],
    ];
    for (const secret of set) assert.equal(isUnset(secret), false, JSON.stringify(secret));
  });
});
