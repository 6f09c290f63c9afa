import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ResourceNotFoundException,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { Endpoint } from "../../../local/aws/endpoint.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

describe("Lambda's calls on mappings, by the SDK", () => {
  const done: string[] = [];
  const pausing = Promise.withResolvers<void>();
  let endpoint: Endpoint;
  let client: LambdaClient;
  before(async () => {
    endpoint = await openMappings(
      ["one", "two"].map((name) => ({
        queueArn: arnOf(name),
        functionArn: `function-${name}`,
        mapping: {
          resume: () => void done.push(`${name} goes on`),
          async pause() {
            await pausing.promise;
            done.push(`${name} is paused`);
          },
        },
      })),
    );
    client = new LambdaClient(clientFor(endpoint.url, "local"));
  });
  after(async () => {
    client.destroy();
    await endpoint.close();
  });

  const list = async (EventSourceArn?: string) => {
    const asked = EventSourceArn === undefined ? {} : { EventSourceArn };
    return (await client.send(new ListEventSourceMappingsCommand(asked))).EventSourceMappings ?? [];
  };

  it("list them, all or those of a queue, enabled to begin with", async () => {
    assert.deepEqual(
      (await list()).map(({ EventSourceArn, State }) => [EventSourceArn, State]),
      [
        [arnOf("one"), "Enabled"],
        [arnOf("two"), "Enabled"],
      ],
    );
    const [two, ...more] = await list(arnOf("two"));
    assert.deepEqual([two?.FunctionArn, more], ["function-two", []]);
    assert.deepEqual(await list(arnOf("three")), []);
  });

  it("pause and resume the one that is named, and no other", async () => {
    const [two] = await list(arnOf("two"));
    const pause = client.send(new UpdateEventSourceMappingCommand({ UUID: two?.UUID, Enabled: false }));
    void pause.then(() => done.push("it is answered"));
    for (let lists = 0; lists < 3; lists++) await list();
    pausing.resolve();
    assert.equal((await pause).State, "Disabled");
    assert.deepEqual(done, ["two is paused", "it is answered"]);
    assert.deepEqual(
      (await list()).map((mapping) => mapping.State),
      ["Enabled", "Disabled"],
    );
    await client.send(new UpdateEventSourceMappingCommand({ UUID: two?.UUID, Enabled: true }));
    assert.deepEqual(done, ["two is paused", "it is answered", "two goes on"]);
  });

  it("refuse one that is not there, as Lambda does", async () => {
    const UUID = "00000000-0000-0000-0000-000000000000";
    await assert.rejects(
      client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false })),
      ResourceNotFoundException,
    );
  });
});

describe("Lambda's Invoke, by the SDK", () => {
  const given: unknown[] = [];
  const invoke = async (event: unknown) => {
    given.push(event);
    if (given.length > 3) return { ok: false, errorType: "Runtime.Exit", errorMessage: "it ended" } as const;
    return { ok: true, payload: { said: "yes" } } as const;
  };
  let endpoint: Endpoint;
  let client: LambdaClient;
  before(async () => {
    endpoint = await openMappings([], undefined, new Map([["verifier", { invoke }]]));
    client = new LambdaClient(clientFor(endpoint.url, "local"));
  });
  after(async () => {
    client.destroy();
    await endpoint.close();
  });

  const ask = async (FunctionName: string, Qualifier?: string) => {
    const Payload = JSON.stringify({ question: Qualifier ?? "none" });
    const asked = { FunctionName, Payload, ...(Qualifier === undefined ? {} : { Qualifier }) };
    const answer = await client.send(new InvokeCommand(asked));
    const { Payload: said, FunctionError, ExecutedVersion, StatusCode } = answer;
    return { said: JSON.parse(said?.transformToString() ?? ""), FunctionError, ExecutedVersion, StatusCode };
  };

  it("runs a function as it is now, under the alias, under its one version, and without either", async () => {
    const right = { said: { said: "yes" }, FunctionError: undefined, ExecutedVersion: "1", StatusCode: 200 };
    for (const qualifier of ["live", "1", undefined]) assert.deepEqual(await ask("verifier", qualifier), right);
    assert.deepEqual(given, [{ question: "live" }, { question: "1" }, { question: "none" }]);
    const { said, FunctionError } = await ask("verifier");
    assert.deepEqual([said, FunctionError], [{ errorType: "Runtime.Exit", errorMessage: "it ended" }, "Unhandled"]);
  });

  it("refuses a function or a version that is not there, as Lambda does", async () => {
    await assert.rejects(ask("another"), ResourceNotFoundException);
    await assert.rejects(ask("verifier", "2"), ResourceNotFoundException);
  });
});
