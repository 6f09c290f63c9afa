import assert from "node:assert/strict";
import { timingSafeEqual } from "node:crypto";
import { describe, it } from "node:test";
import { providers } from "../../../lambdas/providers/mod.ts";
import { checkEndpoint, type EndpointReport } from "../../../operate/endpoint-check/check-endpoint.ts";
import type { CheckName } from "../../../operate/endpoint-check/checks.ts";
import { endpoint, failingType, hackmamba, hmac, hotmart, hottok, secret, stripe, whatalo, whop } from "./guides.ts";
import { type Endpoint, listenerOf, withServer } from "./server.ts";

const types: Readonly<Record<string, string>> = {
  hackmamba: "user.created",
  hotmart: "PURCHASE_APPROVED",
  "hotmart-hottok": "PURCHASE_APPROVED",
  stripe: "invoice.paid",
  whatalo: "order.created",
  whop: "membership.activated",
};

/** What the check says of an endpoint of a provider. */
async function reportOf(name: string, given: Endpoint, withinSeconds?: number): Promise<EndpointReport> {
  const provider = providers[name];
  assert.ok(provider);
  return await withServer(listenerOf(given), (url) =>
    checkEndpoint({
      ...{ url: new URL(url), provider, secret, type: types[name] ?? "", failingType },
      ...(withinSeconds === undefined ? {} : { withinSeconds }),
    }),
  );
}

const named = ({ findings }: EndpointReport, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ check }) => check);

const rightWhop = whop((version, isSame) => version !== "v1" || !isSame);
const answer = (status: number, text: string) => () => ({ status, text });

describe("an endpoint that does all that the guides ask", () => {
  const right: Readonly<Record<string, Endpoint>> = {
    hackmamba: endpoint(hackmamba()),
    hotmart: endpoint(hotmart),
    "hotmart-hottok": endpoint(hottok),
    stripe: endpoint(stripe()),
    whatalo: endpoint(whatalo),
    whop: endpoint(rightWhop),
  };
  for (const [name, given] of Object.entries(right)) {
    it(`passes whole, as one of ${name}`, async () => {
      const report = await reportOf(name, given);
      assert.deepEqual(named(report, "failed"), []);
      assert.ok(report.posted <= 60);
      for (const { says, remedy } of report.findings) assert.ok(says !== "" && remedy === undefined);
    });
  }

  it("gets every check that its provider's scheme allows, and the reason for each other one", async () => {
    const here: CheckName = "https";
    assert.deepEqual(named(await reportOf("whop", endpoint(rightWhop)), "not tried"), [here]);
    assert.deepEqual(named(await reportOf("hackmamba", endpoint(hackmamba())), "not tried"), [
      ...["other-version", "stale", "future"],
      here,
    ]);
    const token = await reportOf("hotmart-hottok", endpoint(hottok));
    assert.deepEqual(named(token, "not tried"), [
      ...["other-version", "changed-value", "equal-json", "stale", "future"],
      ...["spacing", "ends", "non-ascii", "escaped"],
      here,
    ]);
    const reason = (check: CheckName) => token.findings.find((finding) => finding.check === check)?.says;
    assert.equal(reason("stale"), "Hotmart (hottok) signs no time: recognise a replay by the event's id");
    assert.equal(reason("changed-value"), "Hotmart (hottok) does not sign the body");
  });
});

/** Endpoints that are wrong in one way each, with all that must be found of them. */
const wrong: readonly (readonly [what: string, provider: string, given: Endpoint, expected: readonly CheckName[]])[] = [
  [
    "signs the body again as its parser read it",
    "hackmamba",
    endpoint(hackmamba((raw) => JSON.stringify(JSON.parse(raw.toString())))),
    ["equal-json", "spacing", "ends", "escaped"],
  ],
  [
    "does not verify",
    "stripe",
    endpoint(() => true),
    ["unsigned", "other-secret", "cut-signature", "other-version", "changed-value", "equal-json", "stale", "future"],
  ],
  [
    "does not verify, of a provider that signs the body alone",
    "hackmamba",
    endpoint(() => true),
    [...(["unsigned", "other-secret", "cut-signature", "changed-value", "equal-json"] as const)],
  ],
  [
    "has && where || is meant",
    "whop",
    endpoint(whop((version, isSame) => version !== "v1" && !isSame)),
    ["other-secret", "cut-signature", "other-version", "changed-value", "equal-json"],
  ],
  ["ignores the version", "whop", endpoint(whop((_, isSame) => !isSame)), ["other-version"]],
  ["has no time window", "stripe", endpoint(stripe(() => true)), ["stale", "future"]],
  ["checks the past alone", "stripe", endpoint(stripe((age) => age <= 300)), ["future"]],
  ["checks the future alone", "stripe", endpoint(stripe((age) => age >= -300)), ["stale"]],
  ["trims the body", "whatalo", endpoint((all) => whatalo({ ...all, raw: trimmed(all.raw) })), ["equal-json", "ends"]],
  ["reads the body as Latin-1", "hackmamba", endpoint(hackmamba((raw) => raw.toString("latin1"))), ["non-ascii"]],
  [
    "compares texts of different lengths",
    "hackmamba",
    endpoint(({ headers, raw }) => {
      const sent = Buffer.from(String(headers["x-hackmamba-signature"] ?? "sha256=".padEnd(71, "0")));
      return timingSafeEqual(sent, Buffer.from(`sha256=${hmac(raw).toString("hex")}`));
    }),
    ["cut-signature"],
  ],
  [
    "throws where the signature is missing",
    "hackmamba",
    endpoint((all) => all.headers["x-hackmamba-signature"]?.slice(7) !== undefined && hackmamba()(all), {
      refused: ({ headers }) => ({ status: headers["x-hackmamba-signature"] === undefined ? 500 : 401 }),
    }),
    ["unsigned"],
  ],
  [
    "limits the rate of what it does not know",
    "hackmamba",
    endpoint(hackmamba(), { refused: ({ headers }) => ({ status: "x-hackmamba-signature" in headers ? 401 : 429 }) }),
    ["unsigned"],
  ],
  ["answers 200 where it fails", "stripe", endpoint(stripe(), { failed: answer(200, "ok") }), ["failure"]],
  ["answers 400 where it fails", "stripe", endpoint(stripe(), { failed: answer(400, "Bad Request") }), ["failure"]],
  ["answers 409 to a repeat", "stripe", endpoint(stripe(), { repeated: { status: 409 } }), ["repeat"]],
  ["answers 500 to a repeat", "whop", endpoint(rightWhop, { repeated: { status: 500 } }), ["repeat"]],
  ["forgets an event that failed", "stripe", endpoint(stripe(), { seenFirst: true }), ["failure-retried"]],
  [
    "tells a stack",
    "stripe",
    endpoint(stripe(), { failed: ({ stack = "" }) => ({ status: 500, text: `<pre>${stack}</pre>` }) }),
    ["no-leaks"],
  ],
  [
    "tells the secret",
    "hackmamba",
    endpoint(hackmamba(), { refused: () => ({ status: 401, text: `not signed with ${secret}` }) }),
    ["no-leaks"],
  ],
  [
    "tells the secret in a header",
    "hackmamba",
    endpoint(hackmamba(), { refused: () => ({ status: 401, headers: { "x-debug": btoa(secret) } }) }),
    ["no-leaks"],
  ],
  [
    "tells the signature that it expected",
    "hotmart",
    endpoint(hotmart, { refused: ({ raw }) => ({ status: 401, text: `expected ${hmac(raw).toString("hex")}` }) }),
    ["no-leaks"],
  ],
  ["takes few at once", "stripe", atMost(4, endpoint(stripe(), { waitMilliseconds: 20 })), ["burst"]],
];

function trimmed(raw: Buffer): Buffer {
  return Buffer.from(raw.toString().trim());
}

function atMost(most: number, given: Endpoint): Endpoint {
  let running = 0;
  return async (received) => {
    if (running >= most) return { status: 429, text: "Too Many Requests" };
    running += 1;
    try {
      return await given(received);
    } finally {
      running -= 1;
    }
  };
}

describe("an endpoint that", () => {
  for (const [what, provider, given, expected] of wrong) {
    it(`${what}: the check finds only that`, async () => {
      const report = await reportOf(provider, given);
      assert.deepEqual(named(report, "failed"), expected);
      for (const finding of report.findings.filter(({ state }) => state === "failed")) {
        assert.ok((finding.remedy ?? "").length > 20 && finding.says.length > 30, finding.check);
      }
      const told = JSON.stringify(report);
      assert.ok(!told.includes(secret) && !told.includes(btoa(secret)) && !told.includes("guides.ts"));
    });
  }

  it("tells events apart by their bodies alone, and gets 20 events at once", async () => {
    const bodies: string[] = [];
    const noting: Endpoint = (all) => {
      if (hackmamba()(all)) bodies.push(all.raw.toString().replace(/"id":"[^"]+"/, ""));
      return endpoint(hackmamba())(all);
    };
    await reportOf("hackmamba", noting);
    const events = bodies.filter((body) => /"hookline_check":"[0-9a-f-]{36}"/.test(body));
    assert.equal(new Set(events).size, 20);
  });

  it("refuses by 500 has another harm than one that takes forged deliveries", async () => {
    const says = async (given: Endpoint) =>
      (await reportOf("hackmamba", given)).findings.find(({ check }) => check === "unsigned")?.says;
    const throwing = endpoint(hackmamba(), { refused: () => ({ status: 500 }) });
    assert.match((await says(throwing)) ?? "", /^answered 500\. It was not taken, but/);
    assert.equal(await says(endpoint(() => true)), "answered 200. Anybody who knows the URL can post events.");
  });

  it("has the number of deliveries that it took", async () => {
    const report = await reportOf(
      "whatalo",
      endpoint((all) => whatalo({ ...all, raw: trimmed(all.raw) })),
    );
    assert.match(report.findings.find(({ check }) => check === "equal-json")?.says ?? "", /^1 of 2 answered 200\./);
  });

  it("shows a stack of any language is found, and one that shows a place or a time is not", async () => {
    const stacks = [
      "Error: down<br> &nbsp; &nbsp;at Layer.handle [as handle_request] (/app/node_modules/express/lib/router.js:95:5)",
      '{"stack":"Error: down\\n    at async file:///srv/app.mts:12:7"}',
      "Traceback (most recent call last):",
      'File "/srv/app.py", line 12, in webhook',
      "java.lang.IllegalStateException: down\n\tat com.example.Webhook.post(Webhook.java:12)",
      "PHP Fatal error: Uncaught Exception: down in /srv/webhook.php on line 12",
      "#0 /srv/webhook.php(12): handle()",
      "goroutine 1 [running]:\nmain.main()",
      "/srv/app.rb:12:in `webhook'",
    ];
    const plain = [
      "refused at 2026/11/28T10:20:30Z",
      "see https://hooks.example:8080/docs:12",
      "error at /webhooks",
      "",
    ];
    for (const [texts, states] of [
      [stacks, ["no-leaks"]],
      [plain, []],
    ] as const) {
      for (const text of texts) {
        const report = await reportOf("hackmamba", endpoint(hackmamba(), { refused: answer(401, text) }));
        assert.deepEqual(named(report, "failed"), states, text);
      }
    }
  });

  it("is slow: the check finds only that", async () => {
    const report = await reportOf("stripe", endpoint(stripe(), { waitMilliseconds: 400 }), 0.2);
    assert.deepEqual(named(report, "failed"), ["in-time"]);
  });
});
