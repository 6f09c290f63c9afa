import type { NewFile } from "../scaffold/files.ts";

/** A project to be made. */
type NewProject = {
  /** The name of the folder, and of the stage: lower-case letters and digits. */
  readonly name: string;
  /** Into a CDK app that is there: no app, no `package.json` of its own. */
  readonly into: boolean;
  /** The package as npm takes it: a version, or the path of a tarball. */
  readonly spec: string;
  /** The versions that this Hookline is made with, by package. */
  readonly versions: Readonly<Record<string, string>>;
};

/** Ends a Node that takes no TypeScript, with a sentence. */
const preload = "--import @hookline/hookline/require-node";

/** The packages that a project installs beside Hookline. */
const packages = [
  "@aws-sdk/client-cloudformation",
  "@aws-sdk/client-cloudwatch",
  "@aws-sdk/client-cloudwatch-logs",
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/client-lambda",
  "@aws-sdk/client-s3",
  "@aws-sdk/client-secrets-manager",
  "@aws-sdk/client-sns",
  "@aws-sdk/client-sqs",
  "@hono/node-server",
  "@middy/core",
  "@types/node",
  "aws-cdk",
  "aws-cdk-lib",
  "constructs",
  "dynalite",
  "esbuild",
  "fauxqs",
  "hono",
  "typescript",
] as const;

/** The files of a project with one source, one event and its test; no source of Hookline is among them. */
export function projectFiles(project: NewProject): readonly NewFile[] {
  const { name, into } = project;
  const files = [
    { path: "webhooks/github/push.ts", text: eventText },
    { path: "webhooks/github/push.test.ts", text: testText },
    { path: "webhooks/github/push.json", text: sampleText },
    { path: "webhooks.ts", text: constructText(name) },
  ];
  if (into) return [...files, { path: "webhooks/README.md", text: intoReadme(project) }];
  return [
    ...files,
    { path: "app.ts", text: appText(name) },
    { path: "cdk.json", text: `${JSON.stringify({ app: `node ${preload} app.ts`, output: "cdk.out" }, null, 2)}\n` },
    { path: "tsconfig.json", text: compilerText },
    { path: "package.json", text: manifestText(project) },
    { path: ".gitignore", text: "node_modules\ncdk.out\ndist\n.hookline\n" },
    { path: "README.md", text: readmeText(name) },
  ];
}

/** The packages as `npm install` takes them. */
export function installs({ spec, versions }: Pick<NewProject, "spec" | "versions">): readonly string[] {
  return [spec, ...packages.map((name) => `${name}@${versions[name]}`)];
}

const eventText = `import { PermanentError, type Processor, processor } from "@hookline/hookline";

/** The fields of GitHub's push payload that this processor reads; none is certain to be there. */
type Push = { readonly ref?: unknown };

/** Returning acknowledges the event. Throwing has it retried; PermanentError sends it to the DLQ at once. */
const push: Processor<Push> = processor<Push>(
  { impact: "Pushes are not deployed", timeoutSeconds: 20 },
  async ({ payload, idempotencyKey, log }) => {
    if (typeof payload?.ref !== "string") throw new PermanentError("Cannot deploy the push: the payload has no ref");
    log.info("deploys", { ref: payload.ref, idempotencyKey });
  },
);

export default push;
`;

const testText = `import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { createReceiver, type Log, sign } from "@hookline/hookline";
import { github } from "@hookline/hookline/providers";
import push from "./push.ts";

it("accepts a signed push and runs it, and refuses a changed one", async () => {
  const secret = "the secret of this test";
  // Records in memory are no fault here: a test may forget them.
  const log: Log = (entry) => entry.level === "error" && entry.kind !== "records in memory" && console.error(entry);
  const receive = createReceiver({ provider: github, secret, handlers: { push }, log });
  const url = "https://hooks.example/github";
  const body = new Uint8Array(readFileSync(new URL("push.json", import.meta.url)));
  const headers = new Headers({ "x-github-event": "push", "x-github-delivery": "1" });
  const signed = await sign({ method: "POST", url, headers, body }, { provider: github, secret, now: new Date() });
  const post = (body: Uint8Array<ArrayBuffer>) =>
    receive(new Request(url, { method: "POST", headers: signed.headers, body }));
  assert.equal((await (await post(body)).json()).outcome, "accepted");
  assert.equal((await post(new TextEncoder().encode("{}"))).status, 401);
});
`;

const compilerOptions = {
  ...{ target: "es2024", module: "nodenext", types: ["node"], strict: true, skipLibCheck: true },
  ...{ erasableSyntaxOnly: true, allowImportingTsExtensions: true, noEmit: true },
};
const compilerText = `${JSON.stringify({ compilerOptions, include: ["*.ts", "webhooks"] }, null, 2)}\n`;

const sampleText = `${JSON.stringify({ ref: "refs/heads/main", repository: { full_name: "octo-org/octo-repo" } }, null, 2)}\n`;

function constructText(stage: string): string {
  return `import { bundleReceiver, WebhookReceiver } from "@hookline/hookline/infra";
import type { Stack } from "aws-cdk-lib";

const here = (path: string) => new URL(path, import.meta.url);

/** Receives webhooks in a stack: each file of webhooks/<source>/<event type>.ts becomes a Lambda with a queue, a DLQ and alarms. */
export async function addWebhooks(stack: Stack): Promise<WebhookReceiver> {
  const folders = { events: here("webhooks"), bundles: here("dist/webhooks"), pipelines: here("webhooks.pipelines.json") };
  const code = await bundleReceiver({ ...folders, fixed: process.env.CI !== undefined });
  // Nobody is told of alarms yet: put alarmEmail in place of alarmTarget.
  return new WebhookReceiver(stack, "Webhooks", { stage: "${stage}", code, alarmTarget: "none" });
}
`;
}

function appText(name: string): string {
  return `import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { addWebhooks } from "./webhooks.ts";

const app = new App();
const stack = new Stack(app, "${stackName(name)}");
const webhooks = await addWebhooks(stack);
new CfnOutput(stack, "WebhookUrl", { value: webhooks.functionUrl ?? "closed" });
app.synth();
`;
}

function manifestText({ name, spec, versions }: NewProject): string {
  const pinned = Object.fromEntries(packages.map((one) => [one, versions[one]]));
  const scripts = {
    start: "hookline start",
    // A test runner of an old Node looks for its files before it loads anything.
    pretest: `node ${preload} --eval 0`,
    test: 'node --test "webhooks/**/*.test.ts"',
    check: "tsc",
    synth: "cdk synth --quiet",
    deploy: "cdk deploy",
  };
  const devDependencies = { "@hookline/hookline": spec, ...pinned };
  const manifest = { name, private: true, type: "module", engines: { node: ">=22.18" }, scripts, devDependencies };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Ten lines. */
function readmeText(name: string): string {
  return `# ${name}

Webhooks of GitHub, by Hookline. An event type is a file, \`webhooks/<source>/<event type>.ts\`; add one for each.

- \`npm install\`, then \`npm test\`
- \`npm start\` runs the stack on this machine, without AWS and Docker. In a second terminal:
  \`npx --no-install hookline send github/push --body-file webhooks/github/push.json\`
- \`npm run deploy\`, then \`npx --no-install hookline secret github --stack ${stackName(name)} < secret.txt\`
- \`npx --no-install hookline help\` lists the other commands: doctor, dlq, why, sources …
- To upgrade Hookline, update the package.
`;
}

function intoReadme(project: NewProject): string {
  return `# Webhooks

Webhooks of GitHub, by Hookline. An event type is a file, \`webhooks/<source>/<event type>.ts\`; add one for each.

- Install: \`npm install --save-dev ${installs(project).join(" ")}\`
- In your app, before \`app.synth()\`: \`await addWebhooks(stack)\`, from \`webhooks.ts\`; both are ES modules.
- Ignore \`dist\` and \`.hookline\` in git. Commit \`webhooks.pipelines.json\`, which synth writes.
- Test, with Node 22.18 or later: \`node --test webhooks/github/push.test.ts\`
- \`npx --no-install hookline start\` runs it on this machine; \`npx --no-install hookline help\` lists the other commands.
`;
}

function stackName(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
