import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReceiver, type ReceiverOptions, receive } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { context, createTestReceiver, githubDelivery, httpEvent, secret, type Way, ways } from "./deliveries.ts";

for (const way of ways) describe(`a delivery that is not taken, by ${way.name}`, () => refusals(way));

function refusals({ deliver }: Way): void {
  const refusedWith = async (
    delivery: ReturnType<typeof githubDelivery>,
    expected: { readonly status: number; readonly error: string },
    change: Partial<ReceiverOptions> = {},
  ) => {
    const { options, dedupe, queue, lines } = createTestReceiver();
    const { status, headers, body } = await deliver(delivery, { ...options, ...change });
    assert.equal(status, expected.status);
    assert.equal(JSON.parse(body).error, expected.error);
    assert.equal(headers["retry-after"], expected.status === 503 ? "30" : undefined);
    assert.equal(headers["content-type"], "application/json");
    assert.deepEqual([...dedupe.operations, ...queue.operations], [], "a store or queue was touched");
    assert.ok(![body, ...lines].join().includes(secret), "the secret was told");
  };
  const sourceWith = (secrets: () => Promise<readonly string[]>): Partial<ReceiverOptions> => ({
    sources: { github: { provider: github, secrets } },
  });

  it("refuses a wrong signature 401 and touches neither store nor queue", async () => {
    await refusedWith(githubDelivery({ secret: "another" }), { status: 401, error: "signature-wrong" });
  });

  it("refuses a missing signature 401 and touches neither store nor queue", async () => {
    const delivery = githubDelivery();
    delivery.headers.delete("x-hub-signature-256");
    await refusedWith(delivery, { status: 401, error: "signature-missing" });
  });

  it("refuses a malformed signature 401 and touches neither store nor queue", async () => {
    const delivery = githubDelivery();
    delivery.headers.set("x-hub-signature-256", "sha256=?");
    await refusedWith(delivery, { status: 401, error: "signature-malformed" });
  });

  for (const path of ["/", "/gitlab", "/github/x", "/GitHub", "/constructor", "/__proto__", "/to-string"]) {
    it(`answers 404 for the path ${path}`, async () => {
      await refusedWith(githubDelivery({ path }), { status: 404, error: "source-unknown" });
    });
  }

  it("takes a trailing slash and a query for the same source", async () => {
    const { options } = createTestReceiver();
    assert.equal((await deliver(githubDelivery({ path: "/github/?a=/b#c" }), options)).status, 200);
  });

  for (const method of ["GET", "PUT", "DELETE", "HEAD"]) {
    it(`answers ${method} 405`, async () => {
      await refusedWith(githubDelivery({ method, body: "" }), { status: 405, error: "method-not-allowed" });
    });
  }

  it("answers 413 for one byte more than the limit, and takes the limit itself", async () => {
    const tooLarge = { status: 413, error: "body-too-large" };
    await refusedWith(githubDelivery({ body: "12345678901" }), tooLarge, { bodyLimitBytes: 10 });
    await refusedWith(githubDelivery({ body: "x".repeat(6 * 1_048_576 + 1) }), tooLarge);
    const { options } = createTestReceiver();
    assert.equal(
      (await deliver(githubDelivery({ body: "1234567890" }), { ...options, bodyLimitBytes: 10 })).status,
      200,
    );
  });

  it("answers 503 while no secret is set, or only an empty one", async () => {
    for (const secrets of [[], [""], ["", "  \n"]]) {
      const unset = { status: 503, error: "secret-unset" };
      await refusedWith(
        githubDelivery({ secret: "" }),
        unset,
        sourceWith(async () => secrets),
      );
    }
  });

  it("answers 503 for a placeholder, and accepts nothing that is signed with it", async () => {
    const words = ["change-me", "CHANGEME", "replace_me", "placeholder", "TODO", "your secret here", "xxxxxx", "..."];
    for (const word of [...words, "<secret>", `\${SECRET}`, "{{ secret }}", " todo\n", "whsec_xxx"]) {
      const unset = { status: 503, error: "secret-unset" };
      await refusedWith(
        githubDelivery({ secret: word }),
        unset,
        sourceWith(async () => [word]),
      );
    }
    // What only looks a little like one is a secret.
    for (const word of ["todos", "xx", "changeme-9f2c", "yoursecret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]) {
      const { options } = createTestReceiver();
      const given = { ...options, ...sourceWith(async () => [word]) };
      assert.equal((await deliver(githubDelivery({ secret: word }), given)).status, 200);
    }
  });

  it("answers 503 when the secrets cannot be had", async () => {
    const failing = sourceWith(() => Promise.reject(new Error("throttled")));
    await refusedWith(githubDelivery(), { status: 503, error: "key-fetch" }, failing);
  });

  it("answers 503 when the secrets throw at once", async () => {
    const throwing = sourceWith(() => {
      throw new Error("no such port");
    });
    await refusedWith(githubDelivery(), { status: 503, error: "key-fetch" }, throwing);
  });
}

describe("behaviour that one host alone can show", () => {
  it("answers 400 for a header that is needed and not valid, and touches neither store nor queue", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    const event = httpEvent(githubDelivery(), false);
    for (const headers of [
      { ...event.headers, "x-github-event": "a\nb" },
      { ...event.headers, "x-github-delivery": "\u017dilina" },
      { ...event.headers, "x-hub-signature-256 ": "a" },
    ]) {
      const result = await verifier(options)({ ...event, headers }, context);
      assert.equal(result.statusCode, 400);
      assert.equal(JSON.parse(result.body ?? "").error, "request-malformed");
    }
    assert.deepEqual([...dedupe.operations, ...queue.operations], []);
  });

  it("refuses a source name that is not fit for a path at construction", () => {
    const { options } = createTestReceiver();
    for (const name of ["Git Hub", "git hub", "github/x", "a".repeat(41), "1a", ""]) {
      const sources = { [name]: options.sources.github };
      assert.throws(() => createReceiver({ ...options, sources }), TypeError);
      assert.throws(() => verifier({ ...options, sources }), TypeError);
    }
  });

  it("answers 503 when the body of a request cannot be read", async () => {
    const { options, lines } = createTestReceiver();
    const { log, now, ...silent } = options;
    for (const given of [options, silent]) {
      const broken = new ReadableStream({
        start: (controller) => controller.error(new Error("connection reset")),
      });
      const init = { method: "POST", body: broken, duplex: "half" };
      const response = await createReceiver(given)(new Request("https://hooks.example/github", init));
      assert.equal(response.status, 503);
    }
    assert.deepEqual(lines, ['unavailable {"step":"verify","error":"Error: connection reset"}']);
  });

  it("reads the clock of the machine and logs nothing where it is given neither", async () => {
    const { now, log, ...options } = createTestReceiver().options;
    assert.equal((await receive(githubDelivery(), options)).kind, "accepted");
    const [record] = options.dedupe.records.values();
    assert.ok(Math.abs(Date.now() - (record?.at.getTime() ?? 0)) < 60_000);
  });

  it("exports a Lambda of two parameters, since Node 24 refuses one of three", () => {
    assert.equal(verifier(createTestReceiver().options).length, 2);
  });
});

describe("a provider that wants its own answer", () => {
  const own = { status: 200, headers: { "content-type": "text/plain" }, body: "[accepted]" };
  const handshake = {
    method: "GET",
    signed: false,
    answer: () => ({ status: 200, body: "challenge" }),
  } as const;
  const provider = { ...github, answer: own, handshake };
  for (const { name, deliver } of ways.filter((way) => way.name !== "receive")) {
    it(`reads it on success by ${name}`, async () => {
      const { options } = createTestReceiver();
      const sources = { github: { provider, secrets: async () => [secret] } };
      const { status, body } = await deliver(githubDelivery(), { ...options, sources });
      assert.equal(status, 200);
      assert.equal(body, "[accepted]");
    });

    it(`has its handshake answered without a table by ${name}`, async () => {
      const { options, dedupe, queue } = createTestReceiver();
      const sources = { github: { provider, secrets: async () => [secret] } };
      const { status, body } = await deliver(githubDelivery({ method: "GET", body: "" }), { ...options, sources });
      assert.equal(status, 200);
      assert.equal(body, "challenge");
      assert.deepEqual([...dedupe.operations, ...queue.operations], []);
    });
  }
});
