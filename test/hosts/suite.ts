import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { githubDelivery } from "../core/deliveries.ts";
import { type Started, secret } from "./started.ts";

/** What each host is tried with. The names are columns of the table in docs/using.md. */
export const cases: Readonly<Record<string, (host: Started) => Promise<void>>> = {
  async accepts(host) {
    assert.deepEqual(await post(host, { id: "first" }), { status: 200, said: "accepted" });
    assert.equal((await runsOf(host, "first")).length, 1);
  },
  async "refuses what is tampered with"(host) {
    const given = { id: "tampered", tamper: true };
    assert.deepEqual(await post(host, given), { status: 401, said: "signature-wrong" });
    assert.equal((await runsOf(host, "tampered")).length, 0);
  },
  async "runs a repeat no more"(host) {
    await post(host, { id: "twice" });
    assert.deepEqual(await post(host, { id: "twice" }), { status: 200, said: "duplicate" });
    assert.equal((await runsOf(host, "twice")).length, 1);
  },
  async "runs two at once once"(host) {
    const given = { id: "at once", type: "slow" };
    const answers = await Promise.all([post(host, given), post(host, given)]);
    const [ran, waits] = answers.toSorted((a, b) => a.status - b.status);
    assert.deepEqual(ran, { status: 200, said: "accepted" });
    assert.ok(Number(waits?.retryAfter) > 0);
    assert.deepEqual({ ...waits, retryAfter: "" }, { status: 503, said: "processing", retryAfter: "" });
    assert.deepEqual(await post(host, given), { status: 200, said: "duplicate" });
    assert.equal((await runsOf(host, "at once")).length, 1);
  },
  async "keeps every byte"(host) {
    const body = Uint8Array.from({ length: 1024 }, (_, index) => 255 - (index % 256));
    assert.deepEqual(await post(host, { id: "bytes", body }), { status: 200, said: "accepted" });
    const bytes = createHash("sha256").update(body).digest("hex");
    assert.ok((await runsOf(host, "bytes"))[0]?.includes(bytes), "other bytes");
  },
  async "413 over the limit"(host) {
    const at = { id: "at the limit", body: new Uint8Array(10_000) };
    assert.deepEqual(await post(host, at), { status: 200, said: "accepted" });
    const over = { id: "over the limit", body: new Uint8Array(10_001) };
    assert.deepEqual(await post(host, over), { status: 413, said: "body-too-large" });
    assert.equal((await runsOf(host, "over the limit")).length, 0);
  },
  async "503 where it was parsed before"(host) {
    const answer = await post(host, { id: "parsed", path: "/parsed/github" });
    assert.deepEqual(answer, { status: 503, said: "body-parsed", retryAfter: "30" });
    assert.equal((await runsOf(host, "parsed")).length, 0);
    assert.ok(host.lines.some((line) => line.startsWith("unavailable") && line.includes("body-parsed")));
  },
  async "one source, as Whatalo's SDK has it"(host) {
    const ok = { status: 200, said: "accepted" };
    const order = { id: "o1", status: "paid" };
    assert.deepEqual(await postWhatalo(host, "order.created", order, { tamper: true }), {
      status: 401,
      said: "signature-wrong",
    });
    assert.deepEqual(await postWhatalo(host, "order.created", order, { path: "/sdk/parsed" }), {
      ...{ status: 503, said: "body-parsed", retryAfter: "30" },
    });
    assert.deepEqual(await postWhatalo(host, "order.created", order), ok);
    assert.deepEqual(await postWhatalo(host, "order.created", order), { ...ok, said: "duplicate" });
    await host.line("whatalo order o1 in s1");
    assert.deepEqual(await postWhatalo(host, "order.status_changed", order), ok);
    await host.line("whatalo order is paid");
    assert.deepEqual(await postWhatalo(host, "product.updated", { id: "p1" }), {
      ...{ status: 500, said: "handler", retryAfter: "30" },
    });
    assert.deepEqual(await postWhatalo(host, "product.updated", { id: "p1" }), ok);
    await host.line("whatalo product p1");
    assert.deepEqual(await postWhatalo(host, "app.installed", { plan: "pro" }), ok);
    await host.line("whatalo installed pro");
    assert.deepEqual(await postWhatalo(host, "app.uninstalled", {}), ok);
    await host.line("whatalo uninstalled from s1");
    assert.deepEqual(await postWhatalo(host, "store.closed", {}), ok);
    await host.line("whatalo nobody wants store.closed");
  },
};

/** The lines of an event's runs. What a host prints comes later than its answers: one more event tells that all is there. */
async function runsOf(host: Started, id: string): Promise<readonly string[]> {
  const last = crypto.randomUUID();
  await post(host, { id: last });
  await host.line(`runs {"id":"${last}"`);
  return host.lines.filter((line) => line.startsWith(`runs {"id":"${id}"`));
}

/** What an example is tried with: it tells of each push that it deploys. */
export async function tryExample(host: Started, path: string): Promise<void> {
  const body = new TextEncoder().encode('{"ref":"refs/heads/last"}');
  for (const [given, status, said] of [
    [{ id: "one", tamper: true }, 401, "signature-wrong"],
    [{ id: "one" }, 200, "accepted"],
    [{ id: "one" }, 200, "duplicate"],
    [{ id: "two", body }, 200, "accepted"],
  ] as const)
    assert.deepEqual(await post(host, { path, ...given }), { status, said });
  await host.line("deploy refs/heads/last");
  assert.equal(host.lines.filter((line) => line.startsWith("deploy refs/heads/main")).length, 1);
}

/** Posts a delivery of GitHub's, rightly signed unless it is to be tampered with. */
export async function post(
  { url }: Pick<Started, "url">,
  given: {
    readonly id: string;
    readonly type?: string;
    readonly body?: Uint8Array<ArrayBuffer>;
    readonly path?: string;
    readonly tamper?: boolean;
  },
) {
  const { path = "/suite/hooks/github", tamper = false, ...others } = given;
  const { method, headers, body } = githubDelivery(others);
  const sent = tamper ? new Uint8Array([...body, 32]) : body;
  return await answerOf(await fetch(`${url}${path}`, { method, headers, body: sent }));
}

/** Posts a delivery of Whatalo's, signed by literal `node:crypto`: one event for each type. */
async function postWhatalo(
  { url }: Pick<Started, "url">,
  event: string,
  data: object,
  { tamper = false, path = "/sdk/webhooks" } = {},
) {
  const body = JSON.stringify({ id: `evt ${event}`, event, store: "s1", timestamp: "2026-01-05T10:00:00Z", data });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-webhook-signature": signature };
  const response = await fetch(`${url}${path}`, { method: "POST", headers, body: tamper ? `${body} ` : body });
  return await answerOf(response);
}

async function answerOf(response: Response) {
  const { outcome, error } = await response.json();
  const retryAfter = response.headers.get("retry-after");
  return { status: response.status, said: outcome ?? error, ...(retryAfter === null ? {} : { retryAfter }) };
}
