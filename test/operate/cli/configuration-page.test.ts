import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { configurationPage, page } from "../../../operate/cli/configuration-page.ts";

describe("docs/configuration.md", () => {
  it("has every option with the words of its table and docstring: npm run configuration", () => {
    assert.equal(readFileSync(page, "utf8"), configurationPage());
  });

  it("gives the range and the default of an option, also of an option inside another", () => {
    const lines = configurationPage().split("\n");
    const row =
      "| `retry.attempts` | a whole number from 1 to 100 | 14, within 3 to 6 hours | Receives before an event goes to the DLQ, each a run unless another run holds it. |";
    assert.ok(lines.includes(row), "retry.attempts");
    assert.ok(
      lines.some((line) => line.startsWith("| `actions` | a list of at least 1, each an action")),
      "actions",
    );
    assert.ok(
      lines.some((line) => line.startsWith("| `removeData` | true or false | required |")),
      "removeData",
    );
  });
});
