import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isUnset } from "../../../lambdas/core/verify/unset-secret.ts";

/** `${…}`, as templates have it. */
const braced = (name: string) => `$\{${name}}`;

describe("a secret that is yet to be written", () => {
  it("is unset: empty, blank, or a placeholder of templates and manuals", () => {
    const none = [
      ...["", " \t\n", "changeme", "change-me", "change_me", "change me", "CHANGE\nME"],
      ...["replaceme", "replace-me", "replace_me", "replace me", "Placeholder", "todo", "TBD"],
      ...["your-secret", "your_secret", "your secret\nhere", "your-", "xxx", "XXXXXXXX", "...", "......"],
      ...["<secret>", "<>", "<a\nb>", braced("SECRET"), braced(""), "{{secret}}", "{{}}", " todo\n"],
      ...["whsec_xxx", "whsec_<secret>", "whsec_your-secret", "whsec_", " whsec_\n"],
      ...["v1,whsec_", "v1,whsec_...", "v1,whsec_<base64-secret>", " v1,whsec_\n"],
      ...["REPLACE_WITH_SECRET", "replace-with-your-key", "replace with\nit", "sk_test_...", "sk_live_…", "whsec_…"],
      ...["***", "********", "•••", "●●●●", "*•●", "sk_live_****", "whsec_••••••••"],
      ...["{}", "{ \n}", "null", "NULL", "undefined", '""', "''"],
    ];
    for (const secret of none) assert.equal(isUnset(secret), true, JSON.stringify(secret));
  });

  it("is unset where it holds only invisible characters: zero-width, NUL, a byte order mark", () => {
    const invisible = [
      "\u200b",
      "\u200c\u200d",
      "\u2060",
      "\ufeff",
      "\u00ad",
      "\u180e",
      "\0",
      "\0\0\0",
      "\u007f",
      "\u3164",
    ];
    for (const text of invisible) {
      for (const secret of [text, ` ${text}\n`, `${text}changeme${text}`, `${text}whsec_${text}`, `${text}{}${text}`]) {
        assert.equal(isUnset(secret), true, JSON.stringify(secret));
      }
      for (const secret of [`${text}a`, `a${text}`, `a${text}b`]) {
        assert.equal(isUnset(secret), false, JSON.stringify(secret));
      }
    }
  });

  it("is told from a secret in which such a word only stands", () => {
    const set = [
      ...["a", "xx", "..", "1todo", "todo1", "my-changeme", "changeme-not", "changeXme", "replaceXme", "change--me"],
      ...["yours", "yoursecret", "a<secret>", "<secret>a", "<secret", "{{secret}", "{secret}"],
      ...[`${braced("SECRET")}a`, `a${braced("SECRET")}`, "{SECRET}", "$SECRET"],
      ...["axxx", "xxxa", "a...", "...a", "xxwhsec_x", "whsec_a", "whsec_whsec_xxx", "placeholders"],
      ...["v1,whsec_a", "v2,whsec_", "xv1,whsec_", "v1,v1,whsec_", "v1,"],
      ...["replacewith_a", "replace_within", "replace_with", "a_replace_with_b", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"],
      ...["**", "a***", "***a", "sk_live_**", "****_****", "sk.live.****"],
      ...["sk_test_...a", "sk.test...", "a_..", "nulls", "nil", "undefined1", "{}{}", "{a}", "[]", "{0}", '"a"'],
    ];
    for (const secret of set) assert.equal(isUnset(secret), false, JSON.stringify(secret));
  });
});
