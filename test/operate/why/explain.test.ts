import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import type { Provider } from "../../../lambdas/core/provider.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import type { Attempt } from "../../../operate/why/attempt.ts";
import { explain, type OtherSecrets } from "../../../operate/why/explain.ts";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { now, timeOf } from "../../contract/provider-variants.ts";
import { rows } from "../../providers/rows.ts";

const utf8 = new TextEncoder();

/** What came in: rightly signed by the row, unless it says otherwise. */
function attemptOf(
  row: ProviderRow,
  provider: Provider,
  given: { readonly signed: Uint8Array; readonly sent?: Uint8Array<ArrayBuffer> },
): Attempt {
  const time = timeOf(row);
  const signatures = [row.sign(given.signed, time, row.secret)];
  return {
    provider,
    secrets: [row.secret],
    delivery: {
      method: "POST",
      url: row.url ?? `https://hooks.example/${provider.name}`,
      headers: new Headers({
        ...row.others([time]),
        ...row.echoes,
        ...row.fixed,
        [row.header]: row.write(signatures, [time]),
      }),
      body: given.sent ?? new Uint8Array(given.signed),
    },
    ...(row.url === undefined ? {} : { url: row.url }),
  };
}

async function causes(attempt: Attempt, others: OtherSecrets = {}): Promise<string> {
  const { causes, lines } = await explain(attempt, { now, others });
  for (const secret of [...attempt.secrets, ...Object.values(others).flat()]) {
    assert.ok(!lines.join("\n").includes(secret), "a secret is told");
  }
  return causes.join(" ");
}

/** Providers with a secret that both sides know, over a body that holds no time. */
const plain = Object.entries(providers).flatMap(([name, provider]) => {
  const row = rows[name];
  const scheme = provider.verification;
  if (row === undefined || typeof scheme !== "object" || !scheme.algorithm.startsWith("hmac")) return [];
  return row.bodyAt === undefined && row.coversBody ? [{ name, provider, row }] : [];
});

describe("why a delivery is refused", () => {
  for (const { name, provider, row } of plain) {
    const body = utf8.encode(row.body);
    const right = () => attemptOf(row, provider, { signed: body });

    it(`is found for ${name}: a changed body`, async () => {
      assert.deepEqual(await explain(right(), { now }), {
        verdict: "verified",
        causes: [],
        lines: ["It is rightly signed."],
      });
      const json = { b: 'é"/,:🦊', a: [1, { c: null }], created_at: "2026-01-05" };
      const compact = JSON.stringify(json);
      const python = '{"b": "\\u00e9\\"/,:\\ud83e\\udd8a", "a": [1, {"c": null}], "created_at": "2026-01-05"}';
      for (const text of [
        JSON.stringify(json, null, 2),
        JSON.stringify(json, null, 4),
        python,
        compact.replaceAll("/", "\\/").replaceAll("é", "\\u00e9").replaceAll("🦊", "\\ud83e\\udd8a"),
      ]) {
        const attempt = attemptOf(row, provider, { signed: utf8.encode(text), sent: utf8.encode(compact) });
        assert.equal(await causes(attempt), "body-written-again", text);
      }
      const endings = { "body-ends-differently": [`${compact}\n`, `${compact}\r\n`, `\u{feff}${compact}`] };
      for (const text of endings["body-ends-differently"]) {
        assert.equal(
          await causes(attemptOf(row, provider, { signed: utf8.encode(text), sent: utf8.encode(compact) })),
          "body-ends-differently",
        );
        assert.equal(
          await causes(attemptOf(row, provider, { signed: utf8.encode(compact), sent: utf8.encode(text) })),
          "body-ends-differently",
        );
      }
      const latin = new Uint8Array(Buffer.from('{"a":"é"}', "latin1"));
      const misread = new Uint8Array(Buffer.from(Buffer.from('{"a":"é"}', "utf8").toString("latin1"), "utf8"));
      assert.equal(
        await causes(attemptOf(row, provider, { signed: latin, sent: utf8.encode('{"a":"é"}') })),
        "body-in-another-character-set",
      );
      assert.equal(
        await causes(attemptOf(row, provider, { signed: utf8.encode('{"a":"é"}'), sent: misread })),
        "body-in-another-character-set",
      );
      const base64 = utf8.encode(Buffer.from(compact).toString("base64"));
      assert.equal(
        await causes(attemptOf(row, provider, { signed: utf8.encode(compact), sent: base64 })),
        "body-in-another-character-set",
      );
    });

    it(`is found for ${name}: a wrong secret`, async () => {
      const { secret } = row;
      for (const text of [
        ` ${secret}`,
        `${secret}\n`,
        `"${secret}"`,
        `'${secret}'`,
        JSON.stringify({ secret }),
        `SECRET=${secret}`,
      ]) {
        assert.equal(
          await causes({ ...right(), secrets: [text] }),
          "secret-with-surroundings",
          JSON.stringify(text.replace(secret, "…")),
        );
      }
      const mixed = { ...right(), secrets: [row.otherSecret] };
      assert.equal(await causes(mixed, { "the stage prod": [secret] }), "secret-of-another");
      assert.equal(await causes(mixed), "none found");
      // Two at a time are not tried.
      const both = attemptOf(row, provider, { signed: body, sent: new Uint8Array([...body, 10]) });
      assert.equal(await causes({ ...both, secrets: [`"${secret}"`] }), "none found");
    });

    it(`is found for ${name}: changed headers, and the clock`, async () => {
      const renamed = right();
      const text = renamed.delivery.headers.get(row.header) ?? "";
      renamed.delivery.headers.delete(row.header);
      renamed.delivery.headers.set("x-forwarded-signature", text);
      assert.equal(await causes(renamed), "signature-in-another-header");
      if (row.form === "labelled") {
        const bare = right();
        bare.delivery.headers.set(row.header, text.slice(row.label.length));
        assert.equal(await causes(bare), "signature-without-prefix");
      }
      if (row.encoding === "hex" && (row.form === "bare" || row.form === "labelled")) {
        const upper = right();
        upper.delivery.headers.set(row.header, row.label + text.slice(row.label.length).toUpperCase());
        assert.equal(await causes(upper), "signature-in-other-form");
      }
      if (row.windowSeconds === undefined) return;
      const late = await explain(right(), { now: new Date(now.getTime() + (row.windowSeconds + 100) * 1000) });
      assert.deepEqual([late.verdict, late.causes], ["timestamp-outside-window", ["clock"]]);
      assert.match(late.lines.join("\n"), /\d+ s old[\s\S]*Is your clock right/);
    });

    if (row.url !== undefined) {
      it(`is found for ${name}: another URL is registered`, async () => {
        const { url = "" } = row;
        for (const other of [url.replace("https:", "http:"), `${url}/`, url.replace(/^(https:\/\/[^/]+)/, "$1:443")]) {
          assert.equal(await causes({ ...right(), url: other }), "another-url", other);
        }
      });
    }
  }

  for (const [signs, isConfigured] of [
    ["gitlab", "gitlab-token"],
    ["hotmart", "hotmart-hottok"],
    ["whop", "whop-legacy"],
    ["whatalo", "whatalo-timestamped"],
  ].flatMap(([one = "", other = ""]) => [
    [one, other],
    [other, one],
  ]) as [string, string][]) {
    it(`is found where the source is ${isConfigured}, and the sender signs as ${signs}`, async () => {
      const [row, sender, provider] = [rows[signs], providers[signs], providers[isConfigured]];
      assert.ok(row !== undefined && sender !== undefined && provider !== undefined);
      const attempt = attemptOf(row, sender, { signed: utf8.encode(row.body) });
      const { causes, lines } = await explain({ ...attempt, provider }, { now });
      assert.deepEqual(causes, ["another-provider"]);
      assert.ok(lines.includes(`The signature is right as ${sender.title} signs.`), lines.join("\n"));
    });
  }

  it("is not searched among providers of other senders", async () => {
    const { stripe: row } = rows;
    const { stripe, github } = providers;
    assert.ok(row !== undefined && stripe !== undefined && github !== undefined);
    const attempt = attemptOf(row, stripe, { signed: utf8.encode(row.body) });
    assert.equal(await causes({ ...attempt, provider: github }), "none found");
  });

  it("is found where the secret is used in another format", async () => {
    const row = rows["standard-webhooks"];
    const provider = providers["standard-webhooks"];
    const whop = providers.whop;
    assert.ok(row !== undefined && provider !== undefined && whop !== undefined);
    const attempt = attemptOf(row, provider, { signed: utf8.encode(row.body) });
    assert.equal(await causes({ ...attempt, provider: whop }), "secret-in-other-form");
  });
});
