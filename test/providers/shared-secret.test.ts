import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dropbox, razorpay } from "../../lambdas/providers/mod.ts";
import { receiverOf } from "./deliver.ts";
import { requestOf, rows } from "./rows.ts";

describe("a delivery that was captured at one source and sent to another, under another header", () => {
  const row = rows.dropbox;
  assert.ok(row !== undefined);
  const { headers, body } = requestOf(row);
  const relabelled = new Headers({ "x-razorpay-signature": headers["x-dropbox-signature"] ?? "" });

  it("is taken where both have the same secret and their schemes are alike: SECURITY.md says so", async () => {
    const { deliver } = receiverOf(razorpay, { secrets: [row.secret] });
    assert.equal((await deliver({ headers: relabelled, body })).statusCode, 200);
  });

  it("is refused where each has a secret of its own", async () => {
    assert.equal(
      (await receiverOf(dropbox, { secrets: [row.secret] }).deliver({ headers: new Headers(headers), body }))
        .statusCode,
      200,
    );
    const { deliver, queue } = receiverOf(razorpay, { secrets: ["a secret of its own"] });
    assert.equal((await deliver({ headers: relabelled, body })).statusCode, 401);
    assert.equal(queue.sent.length, 0);
  });
});
