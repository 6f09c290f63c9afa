import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatSecretValue, parseSecretValue } from "../../lambdas/aws/secrets/secret-value.ts";
import { MalformedSecretError } from "../../lambdas/core/mod.ts";

describe("a stored secret", () => {
  it("is one text, or a list of them with their times", () => {
    assert.deepEqual(parseSecretValue("whsec_a"), { secrets: [{ secret: "whsec_a" }] });
    assert.deepEqual(parseSecretValue(" \n"), { secrets: [] });
    for (const none of ["", "{}", "null", "changeme", "\u{feff}", "\0", "{{secret}}"]) {
      assert.deepEqual(parseSecretValue(none), { secrets: [] }, JSON.stringify(none));
    }
    assert.deepEqual(parseSecretValue("[]"), { secrets: [] });
    const until = new Date("2026-12-01T00:00:00Z");
    const value = { secrets: [{ secret: "a" }, { secret: "b", until }], handshakeUntil: until };
    assert.deepEqual(parseSecretValue(formatSecretValue(value)), value);
    assert.deepEqual(parseSecretValue(`\u{feff} ${formatSecretValue(value)}\n`), value);
  });

  it("is malformed where it looks like JSON and is not a list, and its value is not shown", () => {
    const objects = ['{"secret":"private"}', '{"SecretString":"private"}', "{private", '{"a":1}x', "{private}"];
    for (const text of [...objects, "[private]", '["private"', "[private", '[{"secret":"private"}],']) {
      for (const before of ["", "\u{feff}", " \n", "\u{feff}\t", "\u200b", "\0"]) {
        const stored = `${before}${text}`;
        assert.throws(
          () => parseSecretValue(stored),
          (error: Error) => error instanceof MalformedSecretError && !error.message.includes("private"),
          JSON.stringify(stored),
        );
      }
    }
  });

  it("may look like JSON itself, as an entry of a list", () => {
    const value = { secrets: [{ secret: '{"a":1}' }, { secret: "[b]" }] };
    assert.deepEqual(parseSecretValue(formatSecretValue(value)), value);
  });

  it("is malformed as a list with any other entry, and its value is not shown", () => {
    for (const entry of [
      1,
      null,
      "private",
      {},
      { secret: 1 },
      { secret: "private", until: "tomorrow" },
      { secret: "private", until: 1 },
      { secret: "private", expires: "2026-12-01T00:00:00Z" },
      { secret: "private", handshakeUntil: "2026-12-01T00:00:00Z" },
      { handshakeUntil: "private" },
      { until: "2026-12-01T00:00:00Z" },
    ]) {
      assert.throws(
        () => parseSecretValue(JSON.stringify([{ secret: "a" }, entry])),
        (error: Error) => {
          assert.match(error.message, /^Cannot read the stored secrets: entry 1 of the list is neither/);
          return error instanceof TypeError && !error.message.includes("private");
        },
      );
    }
  });
});
