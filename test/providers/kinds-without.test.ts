import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import { createJsonLog } from "../../lambdas/aws/log/json-log.ts";
import { createLines } from "../../lambdas/aws/log/lines.ts";
import { createIngressMetrics } from "../../lambdas/aws/log/metrics.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { eventsOf } from "../../lambdas/core/events/identity.ts";
import type { Log } from "../../lambdas/core/log.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import * as all from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { now } from "../contract/provider-variants.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";
import { codedRows, rows } from "./rows.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
const { providers } = all;

/** Sends one delivery through the deployed Lambda with its log and figures; what is missing, as its error line says. */
async function missingOf(name: string, text: string, headers: Readonly<Record<string, string>>) {
  const provider = providers[name] as Provider;
  const row = rows[name] ?? codedRows[name];
  assert.ok(row !== undefined);
  const url = row.url ?? `https://hooks.example/${name}`;
  const unsigned = { method: "POST", url, headers: new Headers(headers), body: new TextEncoder().encode(text) };
  const { signingSecret: secret = row.secret } = row;
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const { log, measured } = createIngressMetrics(
    createJsonLog({ write, traceOf: () => undefined }),
    "dev",
    createLines(write),
  );
  const queue = createMemoryQueue([{ source: name, types: [], queue: "all" }]);
  const sources = { [name]: { provider, secrets: async () => [row.secret], ...defined({ url: row.url }) } };
  const lambda = measured(verifier({ sources, dedupe: createMemoryDedupe(), queue, now: () => now, log }));
  const delivery = await sign(unsigned, { provider, secret, now, ...defined({ url: row.url }) });
  const { statusCode } = await lambda(functionUrlEvent(delivery, true), context);
  assert.equal(statusCode, provider.answer?.status ?? 200);
  assert.equal(queue.sent.length, 1);
  const written = lines.map((line) => JSON.parse(line));
  const errors = written.filter(({ level }) => level === "error");
  assert.equal(
    written.some((line) => "Unreadable" in line),
    errors.length > 0,
  );
  return errors.map((line) => line.missing).join();
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const page = (item: string) => `{"object":"page","entry":[{"id":"1","time":1520383571,${item}}]}`;
const whatsApp = (value: string) =>
  `{"object":"whatsapp_business_account","entry":[{"id":"2","changes":[{"field":"messages","value":{${value}}}]}]}`;
const messaging = (said: string) =>
  page(`"messaging":[{"sender":{"id":"3"},"recipient":{"id":"1"},"timestamp":1458668856463,${said}}]`);

/** Kinds of events as their providers document them, without an id or a type. */
const without: readonly (readonly [string, string, string, Readonly<Record<string, string>>?])[] = [
  ["meta", "leadgen", page('"changes":[{"field":"leadgen","value":{"leadgen_id":"4","form_id":"5"}}]')],
  ["meta", "feed", page('"changes":[{"field":"feed","value":{"item":"status"}}]')],
  ["meta", "read", messaging('"read":{"watermark":1458668856253}')],
  ["meta", "delivery", messaging('"delivery":{"mids":["mid.1"],"watermark":1458668856253}')],
  ["meta", "optin", messaging('"optin":{"ref":"x"}')],
  ["meta", "an error of WhatsApp", whatsApp('"errors":[{"code":130429}]')],
  ["meta", "names of fields alone", page('"changed_fields":["feed"]')],
  ["slack", "interaction", `payload=${encodeURIComponent('{"type":"block_actions","team":null,"actions":[]}')}`, form],
  ["slack", "slash command", "token=x&team_id=T1&command=%2Fweather&text=94070", form],
  ["slack", "check of a certificate", "token=x&ssl_check=1", form],
  ["slack", "app_rate_limited", '{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1518467820}'],
  ["postmark", "inbound", '{"FromFull":{"Email":"a@b.example"},"MessageID":"22c74902","MailboxHash":""}'],
  ["intercom", "ping", '{"type":"notification_event","id":null,"topic":"ping","data":{"item":{"type":"ping"}}}'],
  ["discord", "interaction", '{"application_id":"1","id":"2","type":2,"data":{"name":"x"}}'],
  ["doppler", "payload of one's own", '{"text":"changed"}'],
  ["svix", "payload without a type", '{"hello":"world"}', { "svix-id": "msg_1" }],
  ["standard-webhooks", "payload without a type", '{"hello":"world"}', { "webhook-id": "msg_1" }],
  ["gitlab", "custom template", '{"text":"pushed"}', { "webhook-id": "msg_1" }],
  ["gitlab-token", "custom template before GitLab 17.4", '{"text":"pushed"}'],
  [
    "jira",
    "post function",
    '{"transition":{"workflowId":1},"issue":{"id":"1"}}',
    { "x-atlassian-webhook-identifier": "1" },
  ],
  ["mercado-pago", "older order", '{"resource":"https://api.example/merchant_orders/1","topic":"merchant_order"}'],
];

describe("a kind of event that by its documentation has no id or no type", () => {
  for (const [name, kind, text, headers = {}] of without) {
    it(`is no fault, and raises no alarm: ${name}, ${kind}`, async () => {
      assert.equal(await missingOf(name, text, headers), "");
    });
  }
});

describe("an event without a field that its kind has", () => {
  const lacking: readonly (readonly [string, string, string, Readonly<Record<string, string>>?])[] = [
    ["meta", "id", messaging('"message":{"text":"hello"}')],
    ["meta", "id", whatsApp('"messages":[{"from":"6"}]')],
    ["meta", "id and type", page('"about":1')],
    ["meta", "id and type", "not JSON"],
    ["slack", "id", '{"type":"event_callback","event":{"type":"message"}}'],
    ["slack", "id and type", '{"event":{}}'],
    ["slack", "id and type", "a=b", form],
    ["postmark", "type", '{"MessageID":"22c74902"}'],
    ["postmark", "id", '{"RecordType":"Open"}'],
    ["intercom", "id", '{"topic":"conversation.user.created"}'],
    ["discord", "type", '{"type":1,"event":{}}'],
    ["jira", "type", '{"issue":{"id":"1"}}', { "x-atlassian-webhook-identifier": "1" }],
    ["mercado-pago", "id", '{"type":"payment"}'],
    ["stripe", "id and type", '{"object":"event"}'],
  ];
  for (const [name, missing, text, headers = {}] of lacking) {
    it(`is still reported: ${missing} of ${name}, in ${JSON.stringify(text.slice(0, 60))}`, async () => {
      assert.equal(await missingOf(name, text, headers), missing);
    });
  }
});

describe("a provider's list of fields that its events lack", () => {
  it("does no harm where it throws: the event is taken, and the fault is logged", async () => {
    const broken = { ...providers.stripe, lacks: () => assert.fail("of no use") } as Provider;
    const lines: string[] = [];
    const log: Log = ({ level, kind }) => level === "error" && lines.push(kind);
    const { secret } = rows.stripe ?? assert.fail();
    const unsigned = { method: "POST", url: "/stripe", headers: new Headers(), body: new TextEncoder().encode("{}") };
    const delivery = await sign(unsigned, { provider: broken, secret, now });
    const result = await verify(delivery, { provider: broken, secrets: [secret], now });
    assert.ok(result.kind === "verified");
    assert.equal(Array.from(eventsOf(result, { source: "stripe", provider: broken, received: now, log })).length, 1);
    assert.deepEqual(lines, ["unreadable"]);
  });
});
