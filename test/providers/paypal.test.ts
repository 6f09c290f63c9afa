import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { paypal, providers } from "../../lambdas/providers/mod.ts";
import { receiverOf } from "./deliver.ts";
import { codedRow } from "./rows/paypal.ts";
import { codedRows } from "./rows.ts";

/** CRC-32's own table, out of sums of single bytes. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => ~crc32(Uint8Array.of(byte ^ 0xff)) ^ 0x00ffffff);

/** A text with four letters in its middle by which it has this sum, as anybody can write it. */
function fitted(before: string, behind: string, sum: number): string {
  for (let count = 0; ; count += 1) {
    const start = `${before}${count}-`;
    let state = ~sum >>> 0;
    const back = (byte: number) => {
      const index = table.findIndex((entry) => entry >>> 24 === state >>> 24);
      state = (((state ^ (table[index] ?? 0)) << 8) | ((index ^ byte) & 0xff)) >>> 0;
    };
    for (const byte of new TextEncoder().encode(behind).reverse()) back(byte);
    for (let letter = 0; letter < 4; letter += 1) back(0);
    const wanted = (state ^ ~crc32(start)) >>> 0;
    const letters = [0, 8, 16, 24].map((shift) => String.fromCharCode((wanted >>> shift) & 0xff)).join("");
    if (/^\w{4}$/.test(letters)) return `${start}${letters}${behind}`;
  }
}

describe("a body that was fitted to the checksum that PayPal signs", () => {
  const { right, secret, documents = {} } = codedRow;
  const text = fitted(
    '{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"note":"',
    '"}}',
    crc32(right.body),
  );
  const forged = new TextEncoder().encode(text);

  it("is marked as not covered, and does not block the true one", async () => {
    assert.equal(crc32(forged), crc32(right.body));
    const fetch = async (url: string) => new Response(documents[url] ?? "", { status: documents[url] ? 200 : 404 });
    const { deliver, queue } = receiverOf(paypal, { secrets: [secret], fetch });
    const headers = new Headers(right.headers);
    for (const body of [forged, right.body, right.body]) {
      assert.equal((await deliver({ headers, body })).statusCode, 200);
    }
    assert.deepEqual(
      queue.sent.map(({ event }) => [event.id, event.bodyCovered, event.body]),
      [
        ["WH-1", false, forged],
        ["WH-1", false, right.body],
      ],
    );
  });
});

describe("certificates of PayPal that are not there", () => {
  for (const name of ["aws-sns", "google-pubsub", "plaid"]) {
    it(`do not block other providers' keys, however many are requested: ${name}`, async () => {
      const provider = providers[name];
      const row = codedRows[name];
      assert.ok(provider && row);
      const { documents = {} } = row;
      const asked: string[] = [];
      const fetch = async (url: string) => {
        asked.push(url);
        return new Response(documents[url] ?? "", { status: documents[url] ? 200 : 404 });
      };
      const { deliver: junk } = receiverOf(paypal, { secrets: [codedRow.secret], fetch });
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) {
        const headers = new Headers(codedRow.right.headers);
        headers.set("paypal-cert-url", `https://api.paypal.com/v1/notifications/certs/CERT-junk${n}`);
        statuses.push((await junk({ headers, body: codedRow.right.body })).statusCode ?? 0);
      }
      assert.deepEqual([statuses[9], statuses[10], asked.length], [401, 503, 10]);
      const { deliver } = receiverOf(provider, { secrets: [row.secret], fetch });
      const { headers, body } = row.right;
      const { statusCode } = await deliver({ headers: new Headers(headers), body });
      assert.equal(statusCode, provider.answer?.status ?? 200);
    });
  }
});
