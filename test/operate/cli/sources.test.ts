import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createLogCounts, serveLogCounts } from "../../../local/aws/log-counts.ts";
import { type LocalRun, writeLocalRun } from "../../../local/local-run.ts";
import { sources } from "../../../operate/cli/sources.ts";
import { lacking } from "../../shipped-event.ts";
import { deployed, fakeAws, localRun } from "../stage-fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hookline-sources-"));
const url = "https://abc.lambda-url.eu-west-1.on.aws/";

after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** What `sources` prints for these event files, by name with their further options. */
async function said(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = ["--url", url],
  run?: Pick<LocalRun, "functionUrl" | "counts">,
): Promise<string> {
  count += 1;
  const events = join(folder, String(count));
  mkdirSync(events);
  for (const [name, options] of Object.entries(files)) {
    mkdirSync(dirname(join(events, name)), { recursive: true });
    const core = JSON.stringify(join(root, "lambdas/core/processing/processor.ts"));
    const text = `export default processor({ impact: "Harm", ${options} }, async () => {});\n`;
    writeFileSync(join(events, `${name}.ts`), `import { processor } from ${core};\n${text}`);
  }
  const runs = join(folder, `${count}-run`);
  mkdirSync(runs);
  if (run !== undefined) {
    const found = Object.keys(files).map((name) => deployed(name));
    const sources = found.map(({ source }) => [source, { provider: source, url: "", secret: "", queues: {} }]);
    writeLocalRun(localRun({ ...run, sources: Object.fromEntries(sources), events: found }), runs);
  }
  const lines: string[] = [];
  await sources(args, (line) => lines.push(line), { events, folder: runs });
  return lines.join("\n");
}

describe("sources", () => {
  it("says, for a source, its URL, its secret's name, its types, and the call that registers it", async () => {
    const text = await said({ "stripe/invoice.paid": "", "stripe/invoice.voided": 'types: ["charge.failed"]' });
    const [head = "", call = ""] = text.split("\n\n");
    assert.equal(
      head,
      `stripe
  url     https://abc.lambda-url.eu-west-1.on.aws/stripe
  secret  hookline/dev/stripe
  events  charge.failed
          invoice.paid
          invoice.voided
  then    npm run endpoints -- dev stripe apply`,
    );
    assert.match(call, /^# .+hookline\/dev\/stripe.+\ncurl .+api\.stripe\.com[\s\S]+\$STRIPE_API_KEY/);
    for (const type of ["charge.failed", "invoice.paid", "invoice.voided"]) {
      assert.ok(call.includes(`'enabled_events[]=${type}'`), type);
    }
    assert.ok(call.includes("'url=https://abc.lambda-url.eu-west-1.on.aws/stripe'"));
  });

  it("omits retired events, and says when no event of a source is routed", async () => {
    const text = await said({ "github/push": "", "github/issues": "retired: true", "stripe/a.b": "retired: true" });
    assert.match(text, /events {2}push\n {2}then .+\n\n/);
    assert.doesNotMatch(text, /issues|a\.b|api\.stripe/);
    assert.match(text, /stripe\n.+\n.+\n {2}events {2}none: deliveries are answered 200 and ignored$/);
  });

  it("shows patterns as such, and has them added by hand where the call takes names alone", async () => {
    const text = await said({ "stripe/invoice.paid": 'types: ["invoice.*"]' });
    assert.match(text, / {10}invoice\.\* \(every type that begins so\)/);
    assert.match(text, /# Add what invoice\.\* stands for: the call takes no pattern\./);
    assert.doesNotMatch(text, /enabled_events\[\]=(invoice\.)?\*/);
  });

  it("says that _other takes all others, and asks for all of them", async () => {
    const text = await said({ "github/_other": "", "github/push": "" });
    assert.match(text, /events {2}push\n {10}all others\n/);
    assert.ok(text.includes('"events":["*"]'));
  });

  it("says so where the API of a provider is not known", async () => {
    const text = await said({ "standard-webhooks/contact.created": "" });
    assert.match(text, / {2}then {4}enter these at .+; its API is not known here$/);
  });

  it("takes secrets of the stage that is asked for", async () => {
    assert.match(await said({ "github/push": "" }, ["--", "prod", "--url", url]), /hookline\/prod\/github/);
  });

  it("takes the URL of the local run, where it is on and of that stage, else a placeholder", async () => {
    const counted = await serveLogCounts(createLogCounts().counts);
    const run = { functionUrl: "http://127.0.0.1:8787", counts: counted.url };
    const files = { "github/push": "" };
    assert.match(await said(files, [], run), /url {5}http:\/\/127\.0\.0\.1:8787\/github\n/);
    assert.match(await said(files, ["prod", "--url", url], run), /url {5}https:\/\/abc.+\/github\n/);
    assert.match(await said(files, []), /url {5}<FunctionUrl>\/github\n/);
    assert.match(
      await said(files, ["--url", url], run),
      /url {5}https:\/\/abc\.lambda-url\.eu-west-1\.on\.aws\/github\n/,
    );
    await counted.close();
  });

  it("takes everything from the stack of a receiver, in an app of somebody's own", async () => {
    const shop = { stage: "shop", sources: { pay: "stripe" }, events: [deployed("pay/invoice.paid")] };
    const awsClients = fakeAws({ ...shop, outputs: { FunctionUrl: url } });
    const lines: string[] = [];
    await sources(["--stack", "Shop"], (line) => lines.push(line), { awsClients });
    assert.deepEqual(lines.slice(0, 5), [
      "pay (stripe)",
      "  url     https://abc.lambda-url.eu-west-1.on.aws/pay",
      "  secret  hookline/shop/pay",
      "  events  invoice.paid",
      "  then    npm run endpoints -- --stack Shop pay apply",
    ]);
  });

  it("prints an object a line with --json, with the documented fields", async () => {
    const [line = "", ...more] = (await said({ "github/push": "" }, ["--url", url, "--json"])).split("\n");
    assert.deepEqual(
      [JSON.parse(line), more],
      [
        {
          ...{ source: "github", provider: "github", url: `${url}github`, secret: "hookline/dev/github", notes: [] },
          types: { named: ["push"], patterns: [], others: false },
        },
        [],
      ],
    );
    const page = readFileSync(join(root, "docs/formats.md"), "utf8");
    const row = /^\| `sources` \|.*$/m.exec(page)?.[0] ?? "";
    for (const name of Object.keys({ ...JSON.parse(line), ...JSON.parse(line).types })) {
      assert.ok(row.includes(`\`${name}\``), name);
    }
  });

  it("says which source takes what the same sender signs in another way", async () => {
    const alone = await said({ "hotmart/PURCHASE_APPROVED": "" });
    assert.match(
      alone,
      / {2}note {4}deliveries with the header x-hotmart-hottok, .+ need a source: npm run new -- event hotmart-hottok\/<type>$/m,
    );
    const both = await said({ "hotmart/PURCHASE_APPROVED": "", "hotmart-hottok/PURCHASE_APPROVED": "" });
    assert.match(both, / {2}note {4}deliveries with the header x-hotmart-hottok, .+ go to \/hotmart-hottok$/m);
    assert.match(both, / {2}note {4}deliveries with the header x-hotmart-signature, .+ go to \/hotmart$/m);
  });

  it("says what to do where there is no source", async () => {
    assert.equal(await said({}), "There is no source yet: write lambdas/events/<source>/<event type>.ts");
  });

  it("fails for a stage or a URL that cannot be, with the remedy", async () => {
    await assert.rejects(said({}, ["test"]), /stage "test": infra\/config\.ts has dev, prod$/);
    for (const wrong of ["abc", "ftp://abc"]) {
      await assert.rejects(
        said({}, ["--url", wrong]),
        new RegExp(`--url takes the FunctionUrl .+ received "${wrong}"`),
      );
    }
    await assert.rejects(
      said({}, ["dev", "github"]),
      /^UsageError: Cannot run sources: expected \[<stage>\], received 2/,
    );
  });

  it("runs as a program: prints, and ends with 2 and the error's text alone on wrong use", {
    skip: lacking("github/push"),
  }, () => {
    const runtime = process.versions.deno === undefined ? [] : ["run", "--no-check", "-A"];
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [...runtime, "operate/cli/hookline.ts", "sources", ...args], {
        cwd: root,
        encoding: "utf8",
      });
    const right = run("--url", url);
    assert.equal(right.stderr, "");
    assert.equal(right.status, 0);
    assert.match(right.stdout, /^github\n {2}url {5}https:\/\/abc\.lambda-url\.eu-west-1\.on\.aws\/github$/m);
    const wrong = run("test");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /^Cannot find stage "test".+\n$/);
  });
});
