import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { RefusedCallError } from "../../../operate/stage/refused-call.ts";
import { deployed, fakeAws } from "../stage-fixture.ts";
import { type OpenPage, openPage } from "./open-page.ts";

type Sent = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

describe("the page of a stage on AWS", () => {
  const asked: Sent[] = [];
  /** The rows of a query of Logs Insights. */
  let rows: readonly Readonly<Record<string, string>>[] = [];
  let open: OpenPage;

  const logs = {
    send: async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
      asked.push({ name: command.constructor.name, input: command.input });
      if (command.constructor.name === "StartQueryCommand") return { queryId: "1" };
      const results = rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value })));
      return { status: "Complete", results };
    },
  };

  const secretsmanager = {
    send: async ({ input }: { readonly input: Readonly<Record<string, unknown>> }) => {
      if (input.SecretId === "hookline/dev/stripe") {
        throw new RefusedCallError({ prefix: "secretsmanager", command: "GetSecretValueCommand", input }, new Error());
      }
      return { SecretString: "private" };
    },
  };

  before(async () => {
    const stack = {
      ...{
        stage: "dev",
        sources: { github: "github", stripe: "stripe" },
        events: [deployed("github/push")],
        replays: true as const,
      },
      outputs: { FunctionUrl: "https://abc.lambda-url.example/", TableName: "records", BucketName: "archived" },
    };
    const awsClients = fakeAws(stack, { logs, secretsmanager, dynamodb: {}, lambda: {}, s3: {}, sqs: {} });
    open = await openPage(["dev"], { awsClients, stages: {} });
  });
  after(async () => await open?.close());
  beforeEach(() => {
    asked.length = 0;
    rows = [];
  });

  it("sends nothing, and names the command that does", async () => {
    const { status, text } = await open.ask("/send");
    assert.equal(status, 200);
    assert.match(
      text,
      /(?:npm run send --|deno task send) github\/&lt;type&gt; --url https:\/\/abc.lambda-url.example\/github --secret-file/,
    );
    assert.doesNotMatch(text, /<form/);
  });

  it("counts refused deliveries only where somebody asks for it, since a query costs money, and says so", async () => {
    const { text } = await open.ask("/refused");
    assert.match(text, /AWS charges for the bytes/);
    assert.equal(asked.length, 0);
    rows = [
      { source: "github", reason: "signature-wrong", refusals: "7" },
      { source: "github", reason: "signature-missing", sibling: "generic", refusals: "2" },
      { source: "github", refusals: "6", leftOut: "31" },
    ];
    const path = /href="(\/refused\?[^"]*)"/.exec(text)?.[1] ?? "";
    const counted = await open.ask(path);
    assert.match(counted.text, /<td>github<\/td><td>signature-wrong<\/td><td>7<\/td>/);
    assert.match(
      counted.text,
      /<td>signature-missing <span [^>]*>its headers fit generic better<\/span><\/td><td>2<\/td>/,
    );
    assert.match(counted.text, /At least 31 more of github have no line in the log/);
    assert.doesNotMatch(counted.text, /<td>6<\/td>/, "lines are no refusals");
    assert.deepEqual(
      asked.map(({ name }) => name),
      ["StartQueryCommand", "GetQueryResultsCommand"],
      "one query",
    );
    assert.equal(asked[0]?.input.logGroupName, "/hookline/dev/verifier");
    rows = [];
    assert.match((await open.ask(path)).text, /No delivery was refused in the last 24 hours/);
  });

  it("says whether a secret is set, and what is missing where it may not be read", async () => {
    const { status, text } = await open.ask("/sources");
    assert.equal(status, 200);
    assert.match(text, /<td><span class="ok" [^>]*>set<\/span><\/td>/);
    assert.match(text, /<td><span class="dead" [^>]*>not known<\/span><\/td>/);
    assert.ok(!text.includes("private"));
    const one = await open.ask("/sources/stripe");
    assert.match(one.text, /lack the permission secretsmanager:GetSecretValue/);
    assert.match(one.text, /none: deliveries are answered 200 and ignored/);
  });

  it("counts the types without an event file only where somebody asks for it", async () => {
    const { text } = await open.ask("/sources");
    assert.equal(asked.length, 0);
    rows = [{ source: "github", type: "star", events: "3" }];
    const path = /href="(\/sources\?[^"]*)"/.exec(text)?.[1] ?? "";
    assert.match((await open.ask(path)).text, /github\/star came 3 times and has no event file/);
    assert.equal(asked.filter(({ name }) => name === "StartQueryCommand").length, 1);
  });
});
