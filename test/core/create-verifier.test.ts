import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answer, createVerifier, type OneSource, type Verification } from "../../lambdas/core/mod.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { github, line, meta } from "../../lambdas/providers/mod.ts";
import { githubDelivery, secret } from "./deliveries.ts";

type Payloads = { readonly push: { readonly ref: string }; readonly issues: { readonly action: string } };

const verify = createVerifier<Payloads>({ provider: github, secret, log: () => {} });
const { headers, body } = githubDelivery();

/** The reason of what is not verified. */
function reasonOf(result: Verification<Payloads>): string {
  return "reason" in result ? result.reason : result.kind;
}

describe("createVerifier()", () => {
  it("gives the typed event of a Request, whatever its path", async () => {
    for (const path of ["/", "/api/webhooks?x=1"]) {
      const result = await verify(new Request(`https://hooks.example${path}`, { method: "POST", headers, body }));
      assert.ok(result.kind === "verified" && result.type === "push");
      // The compiler knows `ref` of the type `push` alone.
      assert.equal(result.payload.ref, "refs/heads/main");
      assert.deepEqual([result.event.id, result.event.source, result.events.length], ["delivery-1", "github", 1]);
    }
  });

  it("gives the same of bytes and headers, in each form that frameworks have them", async () => {
    const text = new TextDecoder().decode(body);
    const plain = Object.fromEntries(headers);
    const lists = Object.fromEntries([...headers].map(([name, value]) => [name, [value]]));
    for (const given of [
      { body, headers },
      { body: Buffer.from(body), headers: plain },
      { body: text, headers: { ...lists, absent: undefined } },
    ]) {
      assert.equal((await verify(given)).kind, "verified");
      assert.equal((await verify(given)).kind, "verified", "a repeat is verified, too");
    }
  });

  it("refuses, with the reason and an answer to send back", async () => {
    const changed = { body: `${new TextDecoder().decode(body)} `, headers };
    const result = await verify(changed);
    assert.equal(reasonOf(result), "signature-wrong");
    assert.ok(result.kind !== "verified");
    assert.equal(answer(result).status, 401);
    assert.equal(reasonOf(await verify({ body, headers: {} })), "signature-missing");
    assert.equal(reasonOf(await verify({ body, headers, method: "GET" })), "method-not-allowed");
    assert.equal(reasonOf(await verify({ body: new Uint8Array(7 * 1_048_576), headers })), "body-too-large");
    const large = new Request("https://hooks.example/", { method: "POST", body: new Uint8Array(7 * 1_048_576) });
    assert.equal(reasonOf(await verify(large)), "body-too-large");
  });

  it("says that the body was parsed before", async () => {
    const parsed: object = { body: { ref: "refs/heads/main" }, headers };
    assert.equal(reasonOf(await verify(parsed as never)), "body-parsed");
    const read = new Request("https://hooks.example/", { method: "POST", headers, body });
    await read.text();
    assert.equal(reasonOf(await verify(read)), "body-parsed");
  });

  it("is unavailable, 503, where no secret is set or it cannot be fetched", async () => {
    const of = (given: OneSource["secret"]) =>
      createVerifier<Payloads>({ provider: github, secret: given, log: () => {} });
    assert.equal(reasonOf(await of("")({ body, headers })), "secret-unset");
    assert.equal(reasonOf(await of(() => Promise.reject(new Error("away")))({ body, headers })), "key-fetch");
    assert.equal((await of(["old", secret])({ body, headers })).kind, "verified");
  });

  it("gives all events of a batch, the fields of the first, and an answer for a delivery without events", async () => {
    const of = createVerifier({ provider: line, secret, log: () => {} });
    const deliver = async (events: readonly object[]) => {
      const unsigned = {
        method: "POST",
        url: "",
        headers: new Headers(),
        body: new TextEncoder().encode(JSON.stringify({ events })),
      };
      return await of(await sign(unsigned, { provider: line, secret, now: new Date() }));
    };
    const result = await deliver([
      { webhookEventId: "1", type: "follow" },
      { webhookEventId: "2", type: "unfollow" },
    ]);
    assert.ok(result.kind === "verified");
    assert.deepEqual(
      [result.event.id, result.type, result.payload],
      ["1", "follow", { webhookEventId: "1", type: "follow" }],
    );
    assert.deepEqual(
      result.events.map(({ event, type }) => [event.id, type]),
      [
        ["1", "follow"],
        ["2", "unfollow"],
      ],
    );
    assert.deepEqual(await deliver([]), { kind: "answered", answer: { status: 200 } });
  });

  it("answers a handshake", async () => {
    const of = createVerifier({ provider: meta, secret: `${secret}|token`, log: () => {} });
    const url = "https://hooks.example/?hub.mode=subscribe&hub.verify_token=token&hub.challenge=7";
    const result = await of(new Request(url));
    assert.ok(result.kind === "answered");
    assert.deepEqual([result.answer.status, result.answer.body], [200, "7"]);
    assert.deepEqual(await of({ method: "GET", url, headers: {}, body: "" }), result);
  });

  it("reads the payload on access, and throws then where the body is not the JSON that it should be", async () => {
    const given = githubDelivery({ body: "{" });
    const result = await verify(given);
    assert.ok(result.kind === "verified");
    assert.equal(result.event.type, "push");
    assert.throws(() => result.payload, { name: "PermanentError", message: /the body is no JSON/ });
  });

  it("is unavailable, and does not reject, where a body breaks or headers are none", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("aborted")) });
    const broken = new Request("https://hooks.example/", { method: "POST", headers, body, ...{ duplex: "half" } });
    assert.equal(reasonOf(await verify(broken)), "internal");
    assert.equal(reasonOf(await verify({ body: "{}", headers: undefined } as never)), "internal");
  });

  it("tells nothing of a text that is given in place of a delivery or of its headers", async () => {
    for (const given of ["private-4111", { body: "{}", headers: "private-4111" }]) {
      const told: unknown[] = [];
      const result = await createVerifier<Payloads>({ provider: github, secret, log: (entry) => told.push(entry) })(
        given as never,
      );
      assert.equal(reasonOf(result), "internal");
      assert.match(JSON.stringify(told), /Cannot verify delivery/);
      assert.ok(!JSON.stringify(told).includes("private-4111"), "a payload is told");
    }
  });

  it("takes any second argument that a host hands over", async () => {
    for (const from of [null, 7, "eu-west-1", { params: {} }]) {
      const request = new Request("https://hooks.example/", { method: "POST", headers, body });
      assert.equal((await verify(request, from as never)).kind, "verified");
    }
  });

  it("keeps the verified bytes when the caller changes theirs", async () => {
    const given = githubDelivery();
    const result = await verify(given);
    given.body.fill(32);
    assert.ok(result.kind === "verified" && result.type === "push");
    assert.equal(result.payload.ref, "refs/heads/main");
  });

  it("takes an address only where allows says true", async () => {
    for (const allowed of [false, undefined, 0, null, Promise.resolve(true)]) {
      const of = createVerifier({ provider: github, secret, allows: () => allowed as never, log: () => {} });
      assert.equal((await of(githubDelivery())).kind, "refused");
    }
    assert.equal(
      (await createVerifier({ provider: github, secret, allows: () => true })(githubDelivery())).kind,
      "verified",
    );
  });

  it("is refused when it is made for an option that is wrong", () => {
    const make = (given: object) => () => createVerifier({ provider: github, secret, ...given } as OneSource);
    assert.throws(make({ secret: undefined }), {
      name: "TypeError",
      message: /^Cannot create verifier: secret must be .*, received nothing$/,
    });
    assert.throws(make({ handlers: {} }), { name: "TypeError", message: /handlers is no option/ });
    assert.throws(make({ liveOnly: true }), { name: "TypeError", message: /liveOnly is no option/ });
    assert.throws(make({ secret: 123456789 }), { name: "TypeError", message: /secret must be .*, received a text$/ });
    assert.throws(() => createVerifier(Object.create({ provider: github, secret })), {
      message: /must be a plain object/,
    });
    assert.throws(make({ toleranceSeconds: -1 }), { name: "RangeError" });
  });
});
