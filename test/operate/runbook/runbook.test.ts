import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { kinds } from "../../../infra/constructs/alarms/kinds.ts";
import { type NamedStage, sectionFor } from "../../../operate/runbook/runbook.ts";

const stage: NamedStage = {
  name: "prod",
  words: ["prod", "--region", "eu-west-1"],
  url: "https://x.lambda-url.eu-west-1.on.aws",
  table: "Records",
  bucket: "bodies",
  sources: { github: "github", "stripe-eu": "stripe" },
  events: [
    { source: "stripe-eu", type: "invoice.paid", name: "stripe-eu/invoice.paid", queue: "stripe-eu-invoice_paid" },
    { source: "github", type: "push", name: "github/push", queue: "github-push" },
  ].map((event) => ({ ...event, types: [event.type], options: {} })),
  aws: { stack: "Hookline-prod", verifier: "Hookline-prod-Verifier", topic: "arn:aws:sns:eu-west-1:1:alarms" },
};
const said = (alarm: string, of: NamedStage = stage) => sectionFor(alarm, of).join("\n");

describe("the section of an alarm", () => {
  it("has the names of the event type, and the words by which commands find the stage", () => {
    const text = said("hookline-prod-stripe-eu-invoice_paid-dlq-not-empty");
    assert.match(text, /^DLQ not empty\n/);
    assert.match(text, /^npm run dlq -- prod --region eu-west-1 redrive stripe-eu\/invoice\.paid --dry-run$/m);
    assert.match(text, /ev#stripe-eu\/invoice\.paid#stripe-eu#/);
    const waiting = said("hookline-prod-stripe-eu-invoice_paid-events-waiting");
    assert.match(waiting, /aws logs tail \/hookline\/prod\/stripe-eu-invoice_paid /);
  });

  it("has those of a source, and leaves to the operator what an alarm of several types does not tell", () => {
    assert.match(said("hookline-prod-github-signature-failures"), /npm run secret -- prod --region eu-west-1 github </);
    assert.match(said("hookline-prod-github.all-dlq-not-empty"), /redrive github\/<type>$/m);
  });

  it("has those of the stage's parts", () => {
    const text = said("hookline-prod-degraded");
    assert.match(text, /s3:\/\/bodies\/spill\/[\s\S]+ --table-name Records /);
    assert.match(
      said("verifier-faults"),
      /--function-name Hookline-prod-Verifier --name live --function-version <version>/,
    );
    assert.match(said("hookline-prod-archive-events-waiting"), /\/hookline\/prod\/archive /);
  });

  it("names no stage in the commands for a local run", () => {
    const { aws: _, ...local } = { ...stage, name: "dev", words: [] };
    assert.match(said("github-push-dlq-not-empty", local), /^npm run dlq -- redrive github\/push$/m);
  });

  it("is there for every kind, by its name alone, and ends where the next begins", () => {
    const page = readFileSync(new URL("../../../infra/RUNBOOK.md", import.meta.url), "utf8");
    for (const kind of Object.keys(kinds)) {
      const lines = sectionFor(kind, stage);
      assert.ok(page.includes(`\n## ${lines[0]}\n`), kind);
      assert.equal(lines.filter((line) => line.startsWith("**Do**")).length, 1, kind);
      assert.ok(
        lines.every((line) => !line.startsWith("#")),
        kind,
      );
    }
  });

  it("is refused for another alarm, with the names that there are", () => {
    assert.throws(() => sectionFor("hookline-prod-dlq-notempty", stage), {
      name: "TypeError",
      message: /^Cannot find the alarm: its name must end in one of dlq-not-empty, .+event-unreadable/,
    });
  });
});
