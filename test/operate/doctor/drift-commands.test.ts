import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { revertDrift } from "../../../operate/doctor/site.ts";

const program = fileURLToPath(new URL("../../../node_modules/aws-cdk/bin/cdk", import.meta.url));

it("the pinned CLI of CDK has the commands by which doctor and the pages have drift looked for and mended", () => {
  const runtime = "Deno" in globalThis ? ["run", "--allow-all"] : [];
  const help = (command: string) =>
    execFileSync(process.execPath, [...runtime, program, command, "--help"], { encoding: "utf8" });
  assert.match(help("drift"), / drift \[STACKS\.\.\]$/m);
  assert.match(help("deploy"), /^ +--revert-drift /m);
});

it("a stage of infra/config.ts is mended by the command deploy, and the stack of an app of one's own by cdk", () => {
  const aws = { stack: "Shop" };
  assert.equal(revertDrift({ aws, words: ["dev"] }), "npm run deploy -- dev --revert-drift");
  const words = ["shop", "--stack", "Shop", "--region", "eu-west-1"];
  assert.equal(revertDrift({ aws, words }), "npx cdk deploy Shop --revert-drift");
});
