import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Provider } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createTestReceiver, githubDelivery, secret, type Way, ways } from "../deliveries.ts";

for (const way of ways) {
  describe(`a handshake by ${way.name}`, () => handshakes(way));
  describe(`a verification in code by ${way.name}`, () => verifications(way));
}

function receiverOf(more: Partial<Provider>, secrets: string[] = [secret]) {
  const receiver = createTestReceiver();
  const provider: Provider = { ...github, ...more };
  return {
    ...receiver,
    options: { ...receiver.options, sources: { github: { provider, secrets: async () => secrets } } },
  };
}

const untouched = ({ dedupe, queue }: ReturnType<typeof createTestReceiver>) =>
  assert.deepEqual([...dedupe.operations, ...queue.operations], []);

function handshakes({ deliver }: Way): void {
  const echo: Provider["handshake"] = {
    method: "GET",
    signed: false,
    answer({ url }) {
      const challenge = new URL(url).searchParams.get("challenge");
      return challenge === null
        ? undefined
        : { status: 200, headers: { "content-type": "text/plain" }, body: challenge };
    },
  };

  it("by GET is answered without a signature, and 405 where it is none", async () => {
    const receiver = receiverOf({ handshake: echo });
    const get = (path: string) => ({ ...githubDelivery({ method: "GET", body: "", path }), headers: new Headers() });
    const { status, headers, body } = await deliver(get("/github?challenge=c-1"), receiver.options);
    assert.deepEqual([status, headers["content-type"], body], [200, "text/plain", "c-1"]);
    assert.equal((await deliver(get("/github"), receiver.options)).status, 405);
    assert.equal((await deliver(get("/github?challenge=c-1"), receiverOf({}).options)).status, 405);
    untouched(receiver);
  });

  it("by a provider that has none is 405, and an event that is no handshake is taken", async () => {
    const { handshake: _, ...bare } = github;
    const receiver = createTestReceiver();
    const options = { ...receiver.options, sources: { github: { provider: bare, secrets: async () => [secret] } } };
    const get = { ...githubDelivery({ method: "GET", body: "" }), headers: new Headers() };
    assert.equal((await deliver(get, options)).status, 405);
    untouched(receiver);
    assert.equal((await deliver(githubDelivery(), options)).status, 200);
    assert.equal(receiver.queue.sent.length, 2);
  });

  it("that throws is a fault of ours and not an event, signed or not", async () => {
    for (const signed of [false, true]) {
      const answer = () => {
        throw new Error("no such challenge");
      };
      const receiver = receiverOf({ handshake: { method: "POST", signed, answer } });
      const delivery = githubDelivery(signed ? {} : { secret: "another" });
      const { status, headers, body } = await deliver(delivery, receiver.options);
      assert.deepEqual([status, JSON.parse(body).error, headers["retry-after"]], [503, "internal", "30"]);
      assert.ok(receiver.lines.some((line) => line.startsWith("unavailable") && line.includes("no such challenge")));
      untouched(receiver);
    }
  });

  it("without a signature is not called for a rightly signed delivery", async () => {
    let asked = 0;
    const answer = () => {
      asked += 1;
      return { status: 204 };
    };
    const receiver = receiverOf({ handshake: { method: "POST", signed: false, answer } });
    assert.equal((await deliver(githubDelivery(), receiver.options)).status, 200);
    assert.equal(asked, 0);
    assert.equal((await deliver(githubDelivery({ secret: "another" }), receiver.options)).status, 204);
  });

  it("that is signed is answered only once its signature is right, and with a secret only", async () => {
    const pong: Provider["handshake"] = {
      method: "POST",
      signed: true,
      answer: ({ headers }) => (headers.get("x-github-event") === "ping" ? { status: 204 } : undefined),
    };
    const receiver = receiverOf({ handshake: pong });
    assert.equal((await deliver(githubDelivery({ type: "ping" }), receiver.options)).status, 204);
    assert.equal((await deliver(githubDelivery({ type: "ping", secret: "another" }), receiver.options)).status, 401);
    untouched(receiver);
    assert.equal(
      (await deliver(githubDelivery({ type: "ping" }), receiverOf({ handshake: pong }, []).options)).status,
      503,
    );
    const { body } = await deliver(githubDelivery({ type: "push" }), receiver.options);
    assert.equal(JSON.parse(body).outcome, "accepted");
    assert.equal(receiver.queue.sent.length, 2);
  });
}

function verifications({ deliver }: Way): void {
  it("gives the verdict of its function, verified or refused", async () => {
    const byToken: Provider["verification"] = async ({ headers }, { secrets }) =>
      secrets.includes(headers.get("x-hub-signature-256") ?? "")
        ? { kind: "signed", secretIndex: 0 }
        : { kind: "refused", reason: "signature-wrong", message: "Cannot verify delivery: the token is wrong" };
    const receiver = receiverOf({ verification: byToken });
    const { status, body } = await deliver(githubDelivery(), receiver.options);
    assert.deepEqual([status, JSON.parse(body).error], [401, "signature-wrong"]);
    untouched(receiver);
    const right = githubDelivery();
    right.headers.set("x-hub-signature-256", secret);
    assert.equal((await deliver(right, receiver.options)).status, 200);
  });

  it("is not called without a secret, and is a fault of ours when it throws", async () => {
    let asked = 0;
    const throwing: Provider["verification"] = async () => {
      asked += 1;
      throw new Error("no certificate");
    };
    const unset = await deliver(githubDelivery(), receiverOf({ verification: throwing }, [" "]).options);
    assert.deepEqual([unset.status, JSON.parse(unset.body).error, asked], [503, "secret-unset", 0]);
    const receiver = receiverOf({ verification: throwing });
    const { status, body, headers } = await deliver(githubDelivery(), receiver.options);
    assert.deepEqual([status, JSON.parse(body).error, headers["retry-after"]], [503, "key-fetch", "30"]);
    untouched(receiver);
    assert.ok(receiver.lines.some((line) => line.includes("no certificate")));
  });

  it("takes an event without an id or a type, and says so in the log", async () => {
    const receiver = receiverOf({ events: () => [{}], identity: "id" });
    const { options, queue, lines } = receiver;
    assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "ignored");
    assert.ok(lines.some((line) => line.startsWith("unreadable") && line.includes("id and type")));
    const other = { ...queue, wants: () => ["other"] };
    assert.equal((await deliver(githubDelivery(), { ...options, queue: other })).status, 200);
    assert.match(queue.sent[0]?.event.key ?? "", /^v1#body=[\w-]{43}$/);
  });
}
