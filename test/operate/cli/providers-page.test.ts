import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { providers } from "../../../lambdas/providers/mod.ts";
import { page as identitiesAt, identitiesPage } from "../../../operate/cli/identities-page.ts";
import { readProviderDocs } from "../../../operate/cli/provider-docs.ts";
import { page, providersPage } from "../../../operate/cli/providers-page.ts";
import { identities } from "../../providers/identities.ts";

describe("docs/providers.md", () => {
  it("is what the providers' files say: npm run providers writes it", () => {
    assert.equal(readFileSync(page, "utf8"), providersPage());
  });

  it("links each row to a section that is there, once", () => {
    const text = providersPage();
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
    assert.equal(new Set(headings).size, Object.keys(providers).length);
    const anchors = headings.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 _-]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...text.matchAll(/^\| \[[^\]]+\]\(#([^)]+)\)/gm)].map(([, to = ""]) => to);
    assert.deepEqual(links.toSorted(), anchors.toSorted());
  });

  it("has whole cells in its table: code is closed, and a sentence ends", () => {
    const rows = providersPage()
      .split("\n")
      .filter((line) => line.startsWith("| ["));
    assert.equal(rows.length, Object.keys(providers).length);
    const cells = rows.flatMap((row) =>
      row
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
    const cut = cells.filter((cell) => (cell.match(/`/g) ?? []).length % 2 !== 0 || /[:;,]$|^$/.test(cell));
    assert.deepEqual(cut, []);
    const signatures = rows.map((row) => row.split(/(?<!\\)\|/)[3]?.trim() ?? "");
    for (const cell of signatures)
      assert.match(cell, /^(HMAC|RSA|ECDSA|Ed25519|static token|a token|`.*signed by RSA)/);
  });

  for (const { name, coversBody, answer, handshake } of Object.values(providers)) {
    it(`gives the answer, the handshake and the uncovered fields of ${name}`, () => {
      const { bullets } = readProviderDocs(name);
      assert.equal(bullets.has("Not covered"), !coversBody, "Not covered");
      assert.equal(bullets.has("Answer"), answer !== undefined, "Answer");
      assert.equal(bullets.has("Handshake"), handshake !== undefined, "Handshake");
    });
  }
});

describe("docs/identities.md", () => {
  it("is what the files say: run `npm run providers` after a change", () => {
    assert.equal(readFileSync(identitiesAt, "utf8"), identitiesPage());
  });

  it("gives each reason in whole sentences", () => {
    const reasons = identitiesPage()
      .split("\n")
      .filter((line) => line.startsWith("| ["))
      .map((row) => row.split(/(?<!\\)\|/)[5]?.trim() ?? "");
    assert.equal(reasons.length, Object.keys(providers).length);
    const broken = reasons.filter(
      (reason) => !/^[A-Z`].* .*\.$/.test(reason) || /^(Where|With|As|Though|That|Signed)\b/.test(reason),
    );
    assert.deepEqual(broken, []);
  });

  it("says of each retry what its vectors show", () => {
    for (const [name, { retry }] of Object.entries(identities)) {
      const said = readProviderDocs(name).bullets.get("Retry") ?? "";
      assert.ok(said.startsWith(retry[0]) || said.startsWith("unknown:"), `${name}: ${said}`);
    }
  });
});
