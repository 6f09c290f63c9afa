import process from "node:process";

/** What keeps time, and the tests that wait for it: everywhere else they would only make each mutant slow. */
const keepTime = ["attempt", "deadline", "dedupe", "enqueue", "failure", "process", "receiver"];
const wait = ["deadline", "deposited", "receiver", "run"];
/** Tests of providers that are quick and need nothing but them. */
const coded = ["asana", "aws-sns", "braintree", "certificate", "generic", "meta", "plaid", "tenant"];

const waits = process.env.PART === "waits";
const timed = `lambdas/core/**/{${keepTime.join(",")}}.ts`;

export default {
  mutate: waits ? [timed] : ["lambdas/core/**/*.ts", `!${timed}`],
  testRunner: "tap",
  coverageAnalysis: "perTest",
  plugins: ["@stryker-mutator/tap-runner", "../tools/wording.js"],
  ignorers: ["wording"],
  // There is nothing to compile, so that Stryker has no tsconfig to rewrite.
  tsconfigFile: "none.json",
  tap: {
    testFiles: [
      waits ? "test/core/**/*.test.ts" : `test/core/**/!(${wait.join("|")}).test.ts`,
      // Those of what a provider does in code. Not providers.test.ts: it takes seconds, nearly every mutant reaches it, and
      // the others catch what it would.
      waits ? "test/providers/{generic,tenant}.test.ts" : `test/providers/{${coded.join(",")}}.test.ts`,
    ],
    nodeArgs: ["--test-reporter=tap", "-r", "{{hookFile}}", "{{testFile}}"],
    forceBail: true,
  },
  // Those that wait do little else.
  concurrency: waits ? 5 : 2,
  reporters: ["clear-text", "json"],
  jsonReporter: { fileName: `../mutation-${process.env.PART}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: "../sandbox",
  thresholds: { high: 95, low: 90, break: 90 },
};
