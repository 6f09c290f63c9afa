import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hotmartHottok, stripe } from "../../../lambdas/providers/mod.ts";
import { checkEndpoint } from "../../../operate/endpoint-check/check-endpoint.ts";
import { createCourier, mostPosts } from "../../../operate/endpoint-check/courier.ts";
import { endpoint, hottok, secret, stripe as verifiesStripe } from "./guides.ts";
import { type Endpoint, listenerOf, withServer } from "./server.ts";

/** Asks an endpoint here under the name of one elsewhere, and notes when. */
async function check(provider: typeof stripe, type: string, given: Endpoint, address: string) {
  const starts: number[] = [];
  const report = await withServer(listenerOf(given), (url) =>
    checkEndpoint({
      ...{ url: new URL(address), provider, secret, type },
      fetch: (_, init) => {
        starts.push(performance.now());
        return fetch(url, init);
      },
    }),
  );
  const found = (name: string) => report.findings.find(({ check: one }) => one === name);
  return { report, starts, found };
}

describe("an endpoint on another machine", () => {
  it("gets no more than 5 deliveries in any second, 5 of them at once, and must have HTTPS", async () => {
    const { report, starts, found } = await check(
      stripe,
      "invoice.paid",
      endpoint(verifiesStripe()),
      "http://hooks.example/webhooks",
    );
    assert.equal(starts.length, report.posted);
    assert.ok(starts.length > 15 && starts.length < mostPosts - 20, `${starts.length}`);
    for (const start of starts) {
      const inSecond = starts.filter((other) => other >= start && other < start + 1000);
      assert.ok(inSecond.length <= 5, `${inSecond.length} in a second`);
    }
    assert.ok(starts.some((start) => starts.filter((other) => Math.abs(other - start) < 50).length === 5));
    assert.deepEqual(
      report.findings.filter(({ state }) => state === "failed").map(({ check: name }) => name),
      ["https"],
    );
    assert.match(found("https")?.says ?? "", /^the URL is http:\. Everybody on the way/);
  });

  it("passes by HTTPS", async () => {
    const { found } = await check(
      hotmartHottok,
      "PURCHASE_APPROVED",
      endpoint(hottok),
      "https://hooks.example/webhooks",
    );
    assert.equal(found("https")?.state, "passed");
    assert.equal(found("right")?.state, "passed");
  });

  it("gets nothing by HTTP where the provider sends the secret itself", async () => {
    const { report, found } = await check(
      hotmartHottok,
      "PURCHASE_APPROVED",
      endpoint(hottok),
      "http://hooks.example/",
    );
    assert.equal(report.posted, 0);
    assert.equal(found("https")?.state, "failed");
    assert.match(found("right")?.says ?? "", /nothing was posted: Hotmart \(hottok\) sends the secret itself/);
  });
});

describe("an endpoint that takes nothing", () => {
  const stripeCheck = (url: string) =>
    checkEndpoint({ url: new URL(url), provider: stripe, secret, type: "invoice.paid" });
  const states = ({ findings }: Awaited<ReturnType<typeof stripeCheck>>) =>
    findings.filter(({ state }) => state === "failed").map(({ check: name, says }) => `${name}: ${says.split(".")[0]}`);

  it("gets one finding, since its refusals would prove nothing", async () => {
    const report = await withServer(
      listenerOf(() => ({ status: 401 })),
      stripeCheck,
    );
    assert.deepEqual(states(report), ["right: answered 401"]);
    assert.equal(report.posted, 1);
    assert.equal(report.findings.find(({ check: name }) => name === "unsigned")?.state, "not tried");
  });

  it("does not exist: no time is measured", async () => {
    const url = await withServer(
      listenerOf(() => ({ status: 200 })),
      async (address) => address,
    );
    const report = await stripeCheck(url);
    assert.match(states(report).join(), /^right: no answer \([\w ]+\)$/);
    assert.equal(report.passed, 0);
    const right = report.findings.find(({ check }) => check === "right");
    assert.match(right?.says ?? "", /Nothing answers there/);
    assert.match(right?.remedy ?? "", /^See that the server is on/);
  });

  it("redirects, and the redirection is not followed", async () => {
    let followed = 0;
    const elsewhere = () => {
      followed += 1;
      return { status: 200 };
    };
    const report = await withServer(listenerOf(elsewhere), (location) =>
      withServer(
        listenerOf(() => ({ status: 307, headers: { location } })),
        stripeCheck,
      ),
    );
    assert.deepEqual(states(report), ["right: answered 307"]);
    assert.equal(followed, 0);
  });

  it("never answers, and is late when the wait ends", async () => {
    let end = () => {};
    const never = new Promise<{ status: number }>((resolve) => {
      end = () => resolve({ status: 200 });
    });
    const report = await withServer(
      listenerOf(() => never),
      async (url) => {
        const courier = createCourier({ isPaced: false, waitSeconds: 0.1, fetch });
        const delivery = { method: "POST", url, headers: new Headers(), body: new Uint8Array() };
        const [posted] = await courier.post([{ delivery, at: new Date() }]);
        end();
        return posted;
      },
    );
    assert.deepEqual([report?.status, report?.said], [undefined, "time ran out"]);
  });

  it("is not waited for after three deliveries without an answer", async () => {
    let asked = 0;
    const silent = () => {
      asked += 1;
      return Promise.reject(Object.assign(new Error("silent"), { name: "TimeoutError" }));
    };
    const courier = createCourier({ isPaced: false, waitSeconds: 1, fetch: silent });
    const delivery = { method: "POST", url: "http://127.0.0.1:1", headers: new Headers(), body: new Uint8Array() };
    const signed = { delivery, at: new Date() };
    for (let round = 0; round < 5; round += 1) await courier.post([signed]);
    assert.deepEqual([asked, courier.posted.length], [3, 3]);
    assert.equal((await courier.post([signed]))[0]?.said, "not asked any more");
  });
});

describe("a courier", () => {
  it("posts 60 deliveries and not one more", async () => {
    let posts = 0;
    const count = async () => {
      posts += 1;
      return new Response();
    };
    const courier = createCourier({ isPaced: false, waitSeconds: 1, fetch: count });
    const delivery = { method: "POST", url: "http://127.0.0.1/", headers: new Headers(), body: new Uint8Array() };
    const many = (length: number) => Array.from({ length }, () => ({ delivery, at: new Date() }));
    await courier.post(many(60));
    await assert.rejects(courier.post(many(1)), /at most 60 deliveries/);
    assert.equal(posts, 60);
  });

  it("reads no more of an answer than it needs", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(16_384));
      },
    });
    const courier = createCourier({ isPaced: false, waitSeconds: 5, fetch: async () => new Response(endless) });
    const delivery = { method: "POST", url: "http://127.0.0.1/", headers: new Headers(), body: new Uint8Array() };
    const [posted] = await courier.post([{ delivery, at: new Date() }]);
    assert.equal(posted?.status, 200);
    assert.ok(pulled < 10, `${pulled}`);
  });
});
