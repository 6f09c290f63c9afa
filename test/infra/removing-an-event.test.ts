import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { synthesize } from "../../infra/app.ts";
import { routesOf, verifierEntry } from "../../infra/build/bundle.ts";
import type { Pipelines } from "../../infra/build/pipelines.ts";
import { bundleReceiver, sourcesOf } from "../../infra/build/receiver-code.ts";
import { WebhookReceiver } from "../../infra/constructs/webhook-receiver.ts";
import { queuesFor } from "../../lambdas/core/events/event-routes.ts";
import { receive } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { githubDelivery, secret } from "../core/deliveries.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";
import { placedResources } from "./placed-resources.ts";
import { type Declared, eventFile } from "./stack-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-removing-"));
const pipelines = join(folder, "pipelines.json");
const core = fileURLToPath(new URL("../../lambdas/core/processing/processor.ts", import.meta.url));

after(() => rmSync(folder, { recursive: true, force: true }));

type Stage = { readonly routes: string; readonly placed: ReadonlyMap<string, Declared> };

/** Synthesizes a repository with these event files, by name with their further options, as `cdk synth` does. */
async function synth(step: string, files: Readonly<Record<string, string>>, fixed = false): Promise<Stage> {
  // A folder for each step: a module is read once in a process.
  const events = join(folder, step, "events");
  mkdirSync(events, { recursive: true });
  for (const [name, options] of Object.entries(files)) {
    const file = join(events, `${name}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    const text = `export default processor({ impact: "Harm is done", ${options} }, async () => {});\n`;
    writeFileSync(file, `import { processor } from ${JSON.stringify(core)};\n${text}`);
  }
  const [dist, outdir] = [join(folder, step, "dist"), join(folder, step, "cdk.out")];
  await synthesize({ fixed, events, pipelines, dist, outdir });
  const verifier = readFileSync(join(dist, "verifier/index.mjs"), "utf8");
  return {
    routes: /.*routes:(\[.*?\]),canary:/s.exec(verifier)?.[1] ?? "",
    placed: placedResources(outdir, "Hookline-prod"),
  };
}

describe("a synth that fails", () => {
  it("leaves infra/pipelines.json unchanged, since it has deployed nothing", async () => {
    const own = join(folder, "failing.json");
    const [before, file] = ['{"github/push":{"queue":"github-push"}}', join(folder, "in-the-way")];
    writeFileSync(own, before);
    writeFileSync(file, "");
    const events = join(folder, "failing", "events");
    for (const name of ["push", "issues"]) {
      mkdirSync(join(events, "github"), { recursive: true });
      const text = `export default processor({ impact: "Harm is done" }, async () => {});\n`;
      writeFileSync(join(events, `github/${name}.ts`), `import { processor } from ${JSON.stringify(core)};\n${text}`);
    }
    const given = { fixed: false, events, pipelines: own, dist: join(folder, "failing", "dist") };
    await assert.rejects(synthesize({ ...given, outdir: file }));
    assert.equal(readFileSync(own, "utf8"), before);

    const code = await bundleReceiver({ events, pipelines: own, bundles: given.dist });
    const app = new App({ outdir: join(folder, "failing", "cdk.out"), analyticsReporting: false });
    const stack = new Stack(app, "Shop");
    new WebhookReceiver(stack, "Webhooks", { stage: "shop", code });
    let wrong: string[] = ["not yet"];
    stack.node.addValidation({ validate: () => wrong });
    assert.throws(() => app.synth(), /not yet/);
    assert.equal(readFileSync(own, "utf8"), before, "a user's own app fails as well");
    wrong = [];
    app.synth({ force: true });
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(own, "utf8"))), ["github/issues", "github/push"]);
  });
});

const committed = (): Pipelines => JSON.parse(readFileSync(pipelines, "utf8"));
const both = { "github/push": "", "github/issues": "" };

/** What the resources of a pipeline are, by place, but for the code: the bundle holds the options. */
function pipelineOf(name: string, { placed }: Stage): ReadonlyMap<string, unknown> {
  const part = name.replaceAll(/[^a-z]/g, "");
  const own = [...placed].filter(([place]) => place.includes(`/${part}`));
  return new Map(
    own.map(
      ([
        place,
        {
          Properties: { Code: _, ...properties },
          DeletionPolicy,
          DependsOn,
          Type,
        },
      ]) => {
        return [place, { Type, properties, DeletionPolicy, DependsOn }];
      },
    ),
  );
}

describe("removing an event file", () => {
  let started: Stage;

  before(async () => {
    started = await synth("with", both);
  });

  it("begins with a pipeline that is routed to, and written down by synth", () => {
    assert.equal(
      started.routes,
      '[{source:"github",types:["issues"],queue:"github-issues"},{source:"github",types:["push"],queue:"github-push"}]',
    );
    assert.deepEqual(committed(), {
      "github/issues": { queue: "github-issues" },
      "github/push": { queue: "github-push" },
    });
  });

  it("fails without having been retired, and writes nothing", async () => {
    await assert.rejects(
      synth("vanished", { "github/push": "" }),
      /^TypeError: Cannot remove github\/issues\.ts: .+retired/,
    );
    assert.ok(Object.hasOwn(committed(), "github/issues"));
  });

  it("is not written by CI", async () => {
    const files = { ...both, "github/issues": "retired: true" };
    await assert.rejects(synth("ci", files, true), /Cannot synthesize with CI set: .+commit infra\/pipelines\.json/);
    assert.equal(committed()["github/issues"]?.retired, undefined);
  });

  it("keeps a prod queue and its DLQ even when the stack lets go of them", () => {
    const queues = [...pipelineOf("github/issues", started).values()] as readonly Declared[];
    assert.deepEqual(
      queues.filter(({ Type }) => Type === "AWS::SQS::Queue").map(({ DeletionPolicy }) => DeletionPolicy),
      ["Retain", "Retain"],
    );
  });

  it("stops routing first, with queue, DLQ, processor, mapping and alarm as they were; then lets them go", async () => {
    const retired = await synth("retired", { ...both, "github/issues": "retired: true" });
    assert.equal(retired.routes, '[{source:"github",types:["push"],queue:"github-push"}]');
    assert.deepEqual(committed()["github/issues"], { queue: "github-issues", retired: true });
    const [was, is] = [pipelineOf("github/issues", started), pipelineOf("github/issues", retired)];
    const types = [...is.values()].map((resource) => (resource as Declared).Type.split("::").at(-1)).sort();
    for (const type of ["Alarm", "EventSourceMapping", "Function", "Queue"]) assert.ok(types.includes(type), type);
    assert.equal(types.filter((type) => type === "Queue").length, 2);
    assert.deepEqual(is, was);
    assert.deepEqual(
      new Set([...retired.placed.keys()].filter(isLasting)),
      new Set([...started.placed.keys()].filter(isLasting)),
    );

    assert.notEqual(versionOf(retired), versionOf(started), "the alias would go on with the old routes");

    const gone = await synth("gone", { "github/push": "" });
    assert.deepEqual(committed(), { "github/push": { queue: "github-push" } });
    assert.equal(pipelineOf("github/issues", gone).size, 0);
    const [left, before] = [pipelineOf("github/push", gone), pipelineOf("github/push", started)];
    // The only event type that its source has left tells of its alarms by itself.
    assert.equal(JSON.stringify([...before.values()]).includes("AlarmActions"), false);
    assert.equal(JSON.stringify([...left.values()]).split("AlarmActions").length, 3);
    assert.deepEqual(silent(left), silent(before));
  });
});

/** Without the actions of alarms. */
function silent(pipeline: ReturnType<typeof pipelineOf>): unknown {
  return JSON.parse(
    JSON.stringify([...pipeline], (name, value) => (/^(Alarm|OK)Actions$/.test(name) ? undefined : value)),
  );
}

/** The version of the verifier that the alias leads to. */
function versionOf({ placed }: Stage): unknown {
  const alias = [...placed.values()].find(({ Type }) => Type === "AWS::Lambda::Alias");
  return JSON.stringify(alias?.Properties.FunctionVersion);
}

/** A version's logical id is new for each code, on purpose. */
function isLasting(place: string): boolean {
  return !place.startsWith("/VerifierFunctionCurrentVersion");
}

describe("a retired event", () => {
  const retired = { retired: true } as const;
  const push = eventFile("github/push");

  it("gets no events by any of its types; its neighbours do", () => {
    const routes = routesOf([push, { ...eventFile("github/issues", retired), types: ["issues", "issue_*"] }]);
    for (const type of ["issues", "issue_comment"]) assert.deepEqual(queuesFor(routes, "github", type), []);
    assert.deepEqual(queuesFor(routes, "github", "push"), ["github-push"]);
  });

  it("has its events taken by _other, as without a file; a retired _other takes none", () => {
    const other = { ...eventFile("github/_other"), types: [] };
    const routed = routesOf([eventFile("github/issues", retired), other]);
    assert.deepEqual(queuesFor(routed, "github", "issues"), ["github-_other"]);
    const without = routesOf([push, { ...other, options: { ...other.options, ...retired } }]);
    assert.deepEqual(queuesFor(without, "github", "issues"), []);
  });

  it("leaves its source in place although none of its events is routed: deliveries are verified and ignored", async () => {
    const events = [eventFile("github/push", retired), { ...eventFile("github/_other", retired), types: [] }];
    assert.deepEqual(sourcesOf(events), { github: "github" });
    assert.ok(
      verifierEntry({ events, sources: sourcesOf(events) }).includes(
        'providers: { "github": github }, routes: [], canary: standardWebhooks',
      ),
    );

    const dedupe = createMemoryDedupe();
    const queue = createMemoryQueue(routesOf(events));
    const sources = { github: { provider: github, secrets: async () => [secret] } };
    const outcome = await receive(githubDelivery(), { sources, dedupe, queue });
    assert.equal(outcome.kind, "ignored");
    assert.deepEqual(queue.sent, []);
    const forged = await receive(githubDelivery({ secret: "another" }), { sources, dedupe, queue });
    assert.equal(forged.kind, "refused");
  });
});
