import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Log } from "../../lambdas/core/mod.ts";
import { createTestReceiver, githubDelivery, secret, ways } from "./deliveries.ts";

const body = '{"ref":"refs/heads/secret-branch"}';

for (const { name, deliver } of ways) {
  describe(`the details of a delivery, by ${name}`, () => {
    const details = async (given: Parameters<typeof githubDelivery>[0]) => {
      const lines: { readonly text: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
      const log: Log = ({ level, kind: text, ...fields }) => level === "debug" && lines.push({ text, fields });
      await deliver(githubDelivery({ body, ...given }), { ...createTestReceiver().options, log });
      return lines;
    };

    it("say of each step how much it had to do and how long it took", async () => {
      const lines = await details({});
      const steps = lines.map(({ text, fields: { step, source } }) => `${step} ${text} ${source}`);
      assert.deepEqual(steps, [
        "verify delivery github",
        "verify verified github",
        "dedupe claimed github",
        "enqueue sent github",
        "enqueue enqueued github",
        "enqueue sent github",
        "enqueue enqueued github",
        "dedupe marked github",
      ]);
      for (const { fields } of lines.filter(({ text }) => !/^(verified|enqueued)$/.test(text)))
        assert.ok(Number.isInteger(fields.milliseconds) && Number(fields.milliseconds) >= 0);
      const fields = lines[0]?.fields ?? {};
      const { method, bytes, contentType, headers, secretIndex } = fields;
      assert.deepEqual({ method, bytes, secretIndex }, { method: "POST", bytes: body.length, secretIndex: 0 });
      assert.equal(contentType, "application/json");
      assert.match(String(headers), /(^| )x-hub-signature-256( |$)/);
    });

    it("give the outcome of a refused delivery, and nothing else", async () => {
      const lines = await details({ secret: "another" });
      assert.deepEqual(
        lines.map(({ text }) => text),
        ["delivery"],
      );
    });

    it("hold no secret, no value of a header but the content type, the id and the type, and nothing of the body", async () => {
      const { headers } = githubDelivery({ body });
      const values = [...headers].filter(([name]) => name !== "content-type").map(([, value]) => value);
      const written = JSON.stringify([await details({}), await details({ secret: "another" })]);
      for (const value of [secret, "secret-branch", ...values.filter((value) => !/^(push|delivery-1)$/.test(value))]) {
        assert.ok(!written.includes(value), `a line holds ${value.length} characters that are not its own`);
      }
    });
  });
}
