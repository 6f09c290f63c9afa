import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import { createMemoryProcessing } from "../../../lambdas/core/memory-processing.ts";
import { createReceiver } from "../../../lambdas/core/mod.ts";
import { createNodeListener } from "../../../lambdas/hosts/node.ts";
import { standardWebhooks } from "../../../lambdas/providers/mod.ts";
import { measure } from "../../../operate/cli/measure.ts";
import { fakeAws } from "../stage-fixture.ts";

/** As CloudFormation generates it: 64 letters and digits. */
const secret = "Ab0".repeat(21).concat("z");

type Command = { readonly input: Readonly<Record<string, unknown>> };

/** What Logs Insights finds in the verifier's log, ask by ask: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html */
let found: readonly Readonly<Record<string, string>>[] = [];
let secretOf = async (): Promise<object> => ({ SecretString: secret });
const queries: Readonly<Record<string, unknown>>[] = [];
const logs = {
  send: async ({ input }: Command) => {
    if ("queryString" in input) {
      queries.push(input);
      return { queryId: String(queries.length) };
    }
    const row = found[Number(input.queryId) - 1];
    const results = row === undefined ? [] : [Object.entries(row).map(([field, value]) => ({ field, value }))];
    return { status: "Complete", results };
  },
};
const asked: unknown[] = [];
const secretsmanager = {
  send: async ({ input }: Command) => {
    asked.push(input.SecretId);
    return await secretOf();
  },
};

describe("measure", () => {
  const lines: string[] = [];
  const waits: number[] = [];
  let server: ReturnType<typeof createServer>;
  let url: string;

  before(async () => {
    const receive = createReceiver({
      sources: { canary: { provider: standardWebhooks, secrets: async () => [secret] } },
      handlers: {},
      onUnhandledEvent: () => {},
      processing: createMemoryProcessing(),
    });
    server = createServer(createNodeListener(receive));
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    for (const list of [lines, waits, queries, asked]) list.length = 0;
    found = [{ lines: "5", starts: "1", median: "212.4", slowest: "212" }];
    secretOf = async () => ({ SecretString: secret });
  });

  const measured = async (...args: readonly string[]) => {
    const stack = { stage: "dev", sources: {}, events: [], outputs: { FunctionUrl: `${url}/` } };
    const places = { stages: {}, awsClients: fakeAws(stack, { logs, secretsmanager }) };
    const wait = async (milliseconds: number) => void waits.push(milliseconds);
    return await measure(args, (line) => lines.push(line), { ...places, wait });
  };

  it("signs with the canary's secret, posts to its source, and tells outcomes, times and cold starts", async () => {
    assert.equal(await measured("dev", "--events", "5", "--rate", "200"), 0);
    const place = "Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012";
    assert.equal(lines[0], `${place}, ${url}/canary`);
    assert.match(lines[1] ?? "", /^5 deliveries in \d+\.\d s, 200 a second were asked for$/);
    assert.equal(lines[2], "      5  200 accepted");
    assert.match(lines[3] ?? "", /^acknowledged within p50 \d+ ms, p95 \d+ ms, p99 \d+ ms, slowest \d+ ms$/);
    assert.equal(
      lines.at(-1),
      "cold starts: 1 delivery was the first of an environment, which took 212 ms to start in the median, 212 ms at most",
    );
    assert.deepEqual(asked, ["hookline/dev/canary"]);
    assert.ok(!lines.join("\n").includes(secret));
  });

  it("asks the log for its own deliveries alone, until it has the line of each", async () => {
    found = [
      { lines: "3", starts: "1", median: "90", slowest: "90" },
      { lines: "5", starts: "0" },
    ];
    const before = Math.floor(Date.now() / 1000);
    assert.equal(await measured("dev", "--events", "5", "--rate", "200"), 0);
    assert.equal(lines.at(-1), "cold starts: none, every environment was warm");
    assert.equal(queries.length, 2);
    assert.deepEqual(waits, [5000]);
    const [{ logGroupName, startTime, queryString } = {}] = queries;
    assert.equal(logGroupName, "/hookline/dev/verifier");
    assert.ok(Number(startTime) >= before);
    assert.match(String(queryString), /id like "measure-[0-9a-f-]{36}-"/);
  });

  it("measures all the same where the log cannot be asked, and says so", async () => {
    found = [];
    const { send } = logs;
    logs.send = async () => {
      throw new Error("Cannot call StartQuery: these credentials lack the permission logs:StartQuery");
    };
    try {
      assert.equal(await measured("dev", "--events", "1"), 0);
    } finally {
      logs.send = send;
    }
    assert.match(lines.at(-1) ?? "", /^starts of environments are not known: .*logs:StartQuery$/);
  });

  it("says how many lines the log lacks, where they do not come", async () => {
    found = Array.from({ length: 24 }, () => ({ lines: "4", starts: "1", median: "9", slowest: "9" }));
    assert.equal(await measured("dev", "--events", "5", "--rate", "200"), 0);
    assert.equal(
      lines.at(-1),
      "starts of environments are not known: Error: the log has 4 of 5 lines after some two minutes",
    );
    assert.equal(queries.length, 24);
  });

  it("prints one object with --json, and ends with 1 where a delivery was not acknowledged", async () => {
    secretOf = async () => ({ SecretString: "another".repeat(8) });
    found = [{ lines: "0", starts: "0" }];
    assert.equal(await measured("--stack", "Shop", "--events", "2", "--rate", "200", "--json"), 1);
    const { seconds, ...told } = JSON.parse(lines.join("\n"));
    assert.equal(typeof seconds, "number");
    assert.deepEqual(told, {
      ...{ stage: "dev", on: "aws", url: `${url}/canary`, events: 2, rate: 200, posted: 2 },
      outcomes: [{ status: 401, outcome: "signature-wrong", deliveries: 2 }],
      ...{ acknowledged: 0, starts: { unknown: "no delivery was acknowledged" } },
    });
  });

  it("does nothing to a stage without a canary, and names the setting", async () => {
    secretOf = async () => {
      throw new ResourceNotFoundException({ message: "no secret", $metadata: {} });
    };
    await assert.rejects(measured("dev"), {
      name: "TypeError",
      message:
        "Cannot measure stage dev: it has no canary, whose source takes the deliveries; deploy it without canary: false, with a release that has one",
    });
    assert.deepEqual(queries, []);
  });

  it("refuses a number above its limits, with what was given", async () => {
    for (const [args, message] of [
      [["--events", "10001"], /--events takes a whole number from 1 to 10000, received "10001"/],
      [["--events", "0"], /--events takes a whole number from 1 to 10000, received "0"/],
      [["--rate", "201"], /--rate takes a whole number from 1 to 200, received "201"/],
      [["--rate", "1e2"], /--rate takes a whole number from 1 to 200, received "1e2"/],
    ] as const) {
      await assert.rejects(measured("dev", ...args), { name: "UsageError", message });
    }
    assert.deepEqual(asked, []);
  });
});
