import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, describe, it, mock } from "node:test";
import type { Verifier } from "../../lambdas/core/create-verifier.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import {
  createGeneric,
  hackmamba,
  hotmartHottok,
  stripe,
  whataloTimestamped,
  whop,
} from "../../lambdas/providers/mod.ts";
import { checkCode, codeIn, root, writeCode } from "./code-blocks.ts";

const page = "docs/coming-from.md";
const folder = mkdtempSync(join(tmpdir(), "hookline-guides-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const snippets = codeIn(readFileSync(join(root, page), "utf8"));
const tried = new Set<string>();

/** The snippet that exports a name, as a module of its own: another one each time, as after a restart. */
function snippetOf(name: string, database = name) {
  const text = snippets.find((one) => one.includes(`export const ${name} `));
  assert.ok(text !== undefined, `no snippet exports ${name}`);
  tried.add(text);
  return writeCode(text.replace('"hookline.db"', JSON.stringify(join(folder, `${database}.db`))), page);
}

type Receive = (request: Request) => Promise<Response>;

async function load<Exported>(name: string, secrets: Readonly<Record<string, string>>, database?: string) {
  for (const variable of snippetOf(name).text.matchAll(/process\.env\.(\w+)/g)) delete process.env[variable[1] ?? ""];
  Object.assign(process.env, secrets);
  const loaded = await snippetOf(name, database).load();
  return loaded[name] as Exported;
}

/** One receiver of the page, and what its provider sends to it. */
type Guide = {
  readonly name: string;
  readonly provider: Provider;
  readonly variable: string;
  readonly path: string;
  readonly deliveries: readonly Sent[];
};
type Sent = {
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the handler says of it. */
  readonly said: readonly unknown[];
};

const membership = { data: { id: "mem_1", user: { id: "user_1" } } };
const whopHeaders = { "webhook-id": "msg_1", "webhook-timestamp": "1" };
const whataloHeaders = { "x-webhook-event": "order.created" };
const order = { delivery_id: "dlv_1", event_id: "o1", order: { id: "o1", status: "paid" }, store: { id: "s1" } };

const guides: readonly Guide[] = [
  {
    ...{ name: "receiveHotmart", provider: hotmartHottok, variable: "HOTMART_HOTTOK", path: "/webhook" },
    deliveries: [
      {
        body: { id: "1", event: "PURCHASE_COMPLETE", data: { buyer: { email: "a@b.c" } } },
        said: ["welcome", "a@b.c"],
      },
      {
        body: { id: "2", event: "SUBSCRIPTION_CANCELLATION", data: { subscriber: { email: "a@b.c" } } },
        said: ["come back,", "a@b.c"],
      },
    ],
  },
  {
    ...{ name: "receiveStripe", provider: stripe, variable: "STRIPE_SECRET", path: "/webhook" },
    deliveries: [
      {
        body: { id: "evt_1", type: "invoice.paid", data: { object: { customer: "cus_1", amount_paid: 7 } } },
        said: ["credit", "cus_1", 7, undefined],
      },
    ],
  },
  {
    ...{ name: "receiveWhop", provider: whop, variable: "WHOP_APP_SECRET", path: "/whop-app" },
    deliveries: [
      {
        body: { type: "membership.activated", company_id: null, ...membership },
        headers: whopHeaders,
        said: ["sold to", "user_1"],
      },
      {
        body: { type: "membership.activated", company_id: "biz_1", ...membership },
        headers: { ...whopHeaders, "webhook-id": "msg_2" },
        said: ["credit in biz_1", "user_1"],
      },
      {
        body: { type: "membership.trial_ending_soon", company_id: "biz_1", ...membership },
        headers: { ...whopHeaders, "webhook-id": "msg_3" },
        said: ["show the banner to", "user_1"],
      },
    ],
  },
  {
    ...{ name: "receiveWhatalo", provider: whataloTimestamped, variable: "WHATALO_SECRET", path: "/api/webhooks" },
    deliveries: [
      { body: order, headers: whataloHeaders, said: ["order", "o1", "of", "s1"] },
      {
        body: { ...order, delivery_id: "dlv_2" },
        headers: { "x-webhook-event": "order.updated" },
        said: ["order is", "paid"],
      },
      {
        body: { ...order, delivery_id: "dlv_3" },
        headers: { "x-webhook-event": "product.updated" },
        said: ["nobody wants", "product.updated"],
      },
    ],
  },
  {
    ...{ name: "receiveHackmamba", provider: hackmamba, variable: "HACKMAMBA_SECRET", path: "/webhooks/hackmamba" },
    deliveries: [
      {
        body: { id: "evt_1", type: "user.created", created: 1, livemode: true, data: { object: { email: "a@b.c" } } },
        said: ["invite", "a@b.c"],
      },
      {
        body: { id: "evt_2", type: "payment.succeeded", created: 1, livemode: true, data: { object: { id: "pay_1" } } },
        said: ["activate", "pay_1"],
      },
    ],
  },
];

const secret = "a secret of some length";

async function requestOf({ provider, path }: Guide, { body, headers = {} }: Sent, by = secret): Promise<Request> {
  const url = `https://hooks.example${path}`;
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const unsigned = { method: "POST", url, headers: new Headers(headers), body: bytes };
  const signed = await sign(unsigned, { provider, secret: by, now: new Date() });
  return new Request(url, signed);
}

/** What the handlers of the page say, but for idempotency keys. */
function listen() {
  const said: unknown[][] = [];
  mock.method(console, "error", () => {});
  mock.method(console, "log", (...words: unknown[]) => {
    said.push(words.map((word) => (typeof word === "string" && /^[\w-]{43}$/.test(word) ? undefined : word)));
  });
  return said;
}

const answerOf = async (response: Response) => `${response.status} ${(await response.json()).outcome}`;

for (const guide of guides) {
  const { name, variable, deliveries } = guide;
  const [first = assert.fail()] = deliveries;
  const open = (database: string) => load<Receive>(name, { [variable]: secret }, database);

  describe(`${name} of ${page}`, () => {
    afterEach(() => mock.restoreAll());

    it("does the guide's jobs, each event once", async () => {
      const said = listen();
      const receive = await open(`${name} jobs`);
      for (const delivery of deliveries) {
        assert.equal(await answerOf(await receive(await requestOf(guide, delivery))), "200 accepted");
        assert.equal(await answerOf(await receive(await requestOf(guide, delivery))), "200 duplicate");
      }
      assert.deepEqual(
        said,
        deliveries.map((delivery) => delivery.said),
      );
    });

    it("refuses a signature by another secret, and runs nothing", async () => {
      const said = listen();
      const receive = await open(`${name} refuses`);
      for (const delivery of deliveries) {
        assert.equal((await receive(await requestOf(guide, delivery, "another secret of some length"))).status, 401);
      }
      assert.deepEqual(said, []);
    });

    it("answers 500 where its handler throws, and the retry runs it", async () => {
      listen();
      const receive = await open(`${name} throws`);
      mock.method(console, "log", () => {
        throw new Error("the database is gone");
      });
      assert.equal((await receive(await requestOf(guide, first))).status, 500);
      const said = listen();
      assert.equal(await answerOf(await receive(await requestOf(guide, first))), "200 accepted");
      assert.deepEqual(said, [first.said]);
    });

    it("runs an event once that comes twice at once", async () => {
      const said = listen();
      const receive = await open(`${name} at once`);
      const [one, other] = [await requestOf(guide, first), await requestOf(guide, first)];
      const statuses = (await Promise.all([receive(one), receive(other)])).map(({ status }) => status);
      assert.ok(statuses.includes(200) && statuses.every((status) => status === 200 || status === 503), `${statuses}`);
      assert.deepEqual(said, [first.said]);
    });

    it("answers 503 without its secret, so that the provider retries", async () => {
      listen();
      const receive = await load<Receive>(name, {}, `${name} unset`);
      assert.equal((await receive(await requestOf(guide, first))).status, 503);
    });
  });
}

describe(`the code of ${page}`, () => {
  afterEach(() => mock.restoreAll());

  it("verifies the bytes, and not the JSON that they are parsed to", async () => {
    const check = await load<Verifier>("verifySigned", { WEBHOOK_SECRET: secret });
    const provider = createGeneric();
    const spelled = `${String.raw`{ "id": "1",  "type": "order.paid", "n": 12345678901234567890, "s": "\u00e9 é" }`}\n`;
    const compact = JSON.stringify(JSON.parse(spelled));
    const kindOf = async (body: string, signedBody: string) => {
      const bytes = new TextEncoder().encode(signedBody);
      const unsigned = { method: "POST", url: "https://hooks.example/", headers: new Headers(), body: bytes };
      const { headers } = await sign(unsigned, { provider, secret, now: new Date() });
      const result = await check({ body, headers });
      return result.kind === "verified" ? result.type : "reason" in result && result.reason;
    };
    assert.equal(await kindOf(spelled, spelled), "order.paid");
    assert.equal(await kindOf(spelled, compact), "signature-wrong");
    assert.equal(await kindOf(compact, spelled), "signature-wrong");
  });

  it("calls a body that something parsed a fault of ours, and not of the sender", async () => {
    listen();
    const check = await load<Verifier>("verifySigned", { WEBHOOK_SECRET: secret });
    const result = await check({ body: { id: "1" } as unknown as string, headers: { "x-signature": "0" } });
    assert.deepEqual("reason" in result && result.reason, "body-parsed");
  });

  it("refuses by each check alone: a fresh time and the label v1 are no signature", async () => {
    const said = listen();
    const guide = guides.find(({ provider }) => provider === whop) ?? assert.fail();
    const receive = await load<Receive>(guide.name, { [guide.variable]: secret });
    const request = await requestOf(guide, guide.deliveries[0] ?? assert.fail());
    const right = request.headers.get("webhook-signature") ?? "";
    const post = async (headers: Readonly<Record<string, string>>) => {
      const changed = new Request(request.clone(), { headers: { ...Object.fromEntries(request.headers), ...headers } });
      return (await receive(changed)).status;
    };
    for (const signature of [
      "v1,",
      `v1,${"A".repeat(43)}=`,
      "v1,invented",
      right.replace("v1,", "v2,"),
      right.slice(3),
    ]) {
      assert.equal(await post({ "webhook-signature": signature }), 401, signature.slice(0, 4));
    }
    assert.equal(await post({ "webhook-timestamp": "1" }), 401);
    assert.deepEqual(said, []);
    assert.equal(await post({}), 200);
  });

  it("knows after a restart, and in a second process, which events ran", async () => {
    const said = listen();
    const guide = guides.find(({ provider }) => provider === hackmamba) ?? assert.fail();
    const [delivery = assert.fail()] = guide.deliveries;
    for (const outcome of ["200 accepted", "200 duplicate"]) {
      const receive = await load<Receive>(guide.name, { [guide.variable]: secret }, "one file");
      assert.equal(await answerOf(await receive(await requestOf(guide, delivery))), outcome);
    }
    assert.deepEqual(said, [delivery.said]);
  });
});

describe(page, () => {
  it("has a provider for the header of Whatalo's REST page", async () => {
    const provider = await load<Provider>("whataloRest", {});
    const body = new TextEncoder().encode('{"event":"order.created","timestamp":"2026-03-01T15:00:00Z","data":{}}');
    const unsigned = { method: "POST", url: "https://hooks.example/", headers: new Headers(), body };
    const now = new Date();
    const signed = await sign(unsigned, { provider, secret, now });
    assert.ok(signed.headers.has("x-whatalo-signature"));
    const result = await verify(signed, { provider, secrets: [secret], now });
    assert.ok(result.kind === "verified");
    assert.deepEqual(
      Array.from(result.events, ({ type }) => type),
      ["order.created"],
    );
  });

  it("is right in its types", () => {
    assert.equal(checkCode(snippets.map((text) => writeCode(text, page))), "");
  });

  it("has no snippet that is not tried, and none of more than 20 lines", () => {
    for (const text of snippets) {
      assert.ok(tried.has(text), text);
      assert.ok(text.trim().split("\n").length <= 20, text);
    }
  });
});
