import assert from "node:assert/strict";
import type { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { createCallLogs } from "../../../operate/log-counts/call-logs.ts";
import { insightsCounts } from "../../../operate/log-counts/insights.ts";

type Asked = {
  readonly target: string;
  readonly input: Readonly<Record<string, unknown>>;
};

const [accessKeyId, secretAccessKey, region] = ["AKIASAMPLE", "not told", "eu-west-1"];

/** The signature of a request by Signature Version 4, as AWS computes it. */
function signatureOf(headers: Headers, body: string): string {
  const [, day = "", names = ""] =
    /Credential=[^/]+\/(\d{8})\/.*SignedHeaders=([^,]+),/.exec(headers.get("authorization") ?? "") ?? [];
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const lines = names.split(";").map((name) => `${name}:${headers.get(name)}\n`);
  const request = ["POST", "/", "", lines.join(""), names, hash(body)].join("\n");
  const parts = [day, region, "logs", "aws4_request"];
  const key = parts.reduce<Buffer | string>(
    (last, part) => createHmac("sha256", last).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const text = ["AWS4-HMAC-SHA256", headers.get("x-amz-date"), parts.join("/"), hash(request)].join("\n");
  return createHmac("sha256", key).update(text).digest("hex");
}

/** What is counted by way of a server that plays CloudWatch Logs, and what that was asked. */
async function counted(answer: (asked: Asked) => readonly [status: number, body: object]) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const one = { target: String(request.headers["x-amz-target"]), input: JSON.parse(await text(request)) };
    asked.push(one);
    const [status, body] = answer(one);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const credentials = { accessKeyId, secretAccessKey, sessionToken: "session" };
  const lambda = new LambdaClient({ region, credentials });
  const call = createCallLogs(lambda, async (to, { headers: given, ...init } = {}) => {
    const headers = new Headers(given);
    assert.equal(to, "https://logs.eu-west-1.amazonaws.com/");
    assert.match(
      headers.get("authorization") ?? "",
      /^AWS4-HMAC-SHA256 Credential=AKIASAMPLE\/.*;host;.*x-amz-security-token/,
    );
    assert.ok(headers.get("authorization")?.endsWith(`Signature=${signatureOf(headers, String(init.body))}`));
    headers.delete("host");
    return await fetch(here, { ...init, headers });
  });
  const waits: number[] = [];
  const given = {
    logGroupName: "/hookline/dev/verifier",
    now: new Date("2026-01-05T10:00:00Z"),
    wait: async (milliseconds: number) => void waits.push(milliseconds),
  };
  try {
    return { counts: await insightsCounts(call, given), asked, waits };
  } finally {
    server.close();
    server.closeAllConnections();
    lambda.destroy();
  }
}

const row = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([field, value]) => ({ field, value }));

describe("the counts of a stage's log, by Logs Insights", () => {
  it("is asked for with a signature for CloudWatch Logs, over the last day, until it is there", async () => {
    let running = 2;
    const { counts, asked, waits } = await counted(({ target, input }) => {
      if (target === "Logs_20140328.StartQuery") return [200, { queryId: input.queryString }];
      if (running-- > 0) return [200, { status: "Running" }];
      const isIgnored = String(input.queryId).includes("no-processor");
      const results = isIgnored
        ? [row({ source: "stripe", type: "charge.failed", events: "7" }), row({ source: "stripe", events: "1" })]
        : [
            row({ source: "hotmart", reason: "signature-missing", sibling: "hotmart-hottok", refusals: "2" }),
            row({ source: "hotmart", reason: "signature-wrong", sibling: "hotmart-hottok", refusals: "1" }),
            row({ source: "hotmart", reason: "signature-wrong", refusals: "9" }),
          ];
      return [200, { status: "Complete", results }];
    });
    assert.deepEqual(counts, {
      ignored: [{ source: "stripe", type: "charge.failed", events: 7 }],
      isCut: false,
      siblings: [{ source: "hotmart", sibling: "hotmart-hottok", refusals: 3 }],
    });
    assert.deepEqual(waits, [1000, 1000]);
    const started = asked.filter(({ target }) => target.endsWith("StartQuery")).map(({ input }) => input);
    assert.equal(started.length, 2);
    for (const { logGroupName, startTime, endTime } of started) {
      const end = Date.parse("2026-01-05T10:00:00Z") / 1000;
      assert.deepEqual([logGroupName, startTime, endTime], ["/hookline/dev/verifier", end - 86_400, end]);
    }
  });

  it("fails with the service's own name and words where the operator may not ask", async () => {
    const denied = counted(() => [400, { __type: "a.b#AccessDeniedException", Message: "not authorized" }]);
    await assert.rejects(denied, { name: "AccessDeniedException", message: "not authorized" });
  });

  it("fails where the query does not come to its end", async () => {
    await assert.rejects(
      counted(() => [200, { queryId: "q", status: "Running" }]),
      /took more than 60 s$/,
    );
  });
});
