import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineProvider, type Provider } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { slack } from "../../lambdas/providers/slack.ts";
import { seconds } from "../contract/provider-variants.ts";
import { createEndpoint, edges, type Sent } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "It's a Secret to Everybody";
const form = "application/x-www-form-urlencoded";
const text = (body: Uint8Array | undefined) => new TextDecoder().decode(body);
const wrapped = (json: string) => `payload=${encodeURIComponent(json).replaceAll("%20", "+")}`;

function fromGithub(body: string, contentType: string = form): Sent {
  return {
    headers: {
      ...(contentType === "" ? {} : { "content-type": contentType }),
      "x-github-delivery": "72d3162e",
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${hmac(secret, "hex", body)}`,
    },
    body,
  };
}

function fromSlack(body: string): Sent {
  return {
    headers: {
      "content-type": form,
      "x-slack-request-timestamp": `${seconds}`,
      "x-slack-signature": `v0=${hmac(secret, "hex", `v0:${seconds}:${body}`)}`,
    },
    body,
  };
}

const json = '{"ref":"refs/heads/main","n":1.0,"head_commit":{"message":"50% & more = é 🦊 + \\"x\\""}}';
const clicked =
  '{"type":"block_actions","team":{"id":"T1","domain":"acme"},"actions":[{"action_id":"yes","value":"a b"}]}';

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`JSON that a form wraps, by ${edge}`, () => {
    it("is the event's body, to the byte, and its content type is JSON's", async () => {
      for (const contentType of [form, `${form.toUpperCase()}; charset=utf-8`]) {
        const { status, queued } = await createEndpoint(github, [secret])(
          fromGithub(wrapped(json), contentType),
          toEvent,
        );
        assert.deepEqual([status, queued.length], [200, 1]);
        assert.deepEqual([text(queued[0]?.body), queued[0]?.contentType], [json, "application/json"]);
        assert.deepEqual([queued[0]?.id, queued[0]?.type], ["72d3162e", "push"]);
      }
    });

    it("is the same event as that JSON alone", async () => {
      const send = createEndpoint(github, [secret]);
      const alone = await send(fromGithub(json, "application/json"), toEvent);
      const inForm = await send(fromGithub(wrapped(json)), toEvent);
      assert.deepEqual([alone.queued.length, JSON.parse(inForm.body).outcome], [1, "duplicate"]);
    });

    it("is told from a form by the signed bytes: another content type does not change the event", async () => {
      const send = createEndpoint(github, [secret]);
      const first = await send(fromGithub(wrapped(json)), toEvent);
      assert.equal(first.queued.length, 1);
      for (const contentType of ["application/json", "text/plain", "multipart/form-data", ""]) {
        const again = await send(fromGithub(wrapped(json), contentType), toEvent);
        assert.deepEqual([again.queued.length, JSON.parse(again.body).outcome], [0, "duplicate"], contentType);
      }
    });

    it("gives an interaction of Slack's its type and tenant", async () => {
      const { status, queued } = await createEndpoint(slack, [secret])(fromSlack(wrapped(clicked)), toEvent);
      assert.equal(status, 200);
      const [event] = queued;
      assert.deepEqual([event?.type, event?.tenant, event?.contentType], ["block_actions", "T1", "application/json"]);
      assert.equal(text(event?.body), clicked);
    });

    it("is not searched in JSON", async () => {
      const sly = [
        '{"message":"&payload=%7B%22ref%22%3A%22evil%22%7D&"}',
        ' \n\t["&payload={}&"]',
        '\u{feff}{"a":"&payload={}&"}',
        '"&payload={}&"',
        // No JSON at all, and no form: what begins as JSON is left as it is.
        '{"message":"&payload={}&',
      ];
      for (const body of sly) {
        const { queued } = await createEndpoint(github, [secret])(fromGithub(body, "application/json"), toEvent);
        assert.deepEqual(
          [text(queued[0]?.body), queued[0]?.contentType],
          [text(new TextEncoder().encode(body)), "application/json"],
        );
      }
    });
  });
}

describe("a form", () => {
  it("that wraps no JSON stays a form", async () => {
    const forms = [
      "payload=not+JSON",
      "payload=",
      "payload",
      "payload=%7B%7D&payload=%7B%7D",
      "PAYLOAD=%7B%7D",
      "other=%7B%7D",
      "payload=%7B%7D%",
      `${"a=1&".repeat(1024)}payload=%7B%7D`,
    ];
    for (const body of forms) {
      const { status, queued } = await createEndpoint(github, [secret])(fromGithub(body));
      assert.equal(status, 200);
      assert.deepEqual([text(queued[0]?.body), queued[0]?.contentType], [body, form]);
    }
  });

  it("that is a slash command of Slack's stays a form", async () => {
    const body = "command=%2Fweather&text=94070+%26payload%3D%7B%7D&team_id=T1&trigger_id=13345224609.738474920.80889";
    const { queued } = await createEndpoint(slack, [secret])(fromSlack(body));
    assert.deepEqual([text(queued[0]?.body), queued[0]?.contentType, queued[0]?.type], [body, form, undefined]);
  });

  it("has no meaning for a provider whose description names no field", async () => {
    const { events, ...others } = github;
    assert.ok(typeof events === "object");
    const { form: _, ...plain } = events;
    const provider: Provider = defineProvider({ ...others, events: plain });
    const { queued } = await createEndpoint(provider, [secret])(fromGithub(wrapped(json)));
    assert.deepEqual([text(queued[0]?.body), queued[0]?.contentType], [wrapped(json), form]);
  });

  it("whose field has no name is a TypeError when the provider is defined", () => {
    for (const name of ["", 7]) {
      const events = { ...github.events, form: name } as Provider["events"];
      assert.throws(() => defineProvider({ ...github, events }), {
        name: "TypeError",
        message: /^Cannot define provider "github": events\.form .*received /,
      });
    }
  });
});
