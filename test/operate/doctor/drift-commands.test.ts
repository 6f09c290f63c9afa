import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../node_modules/aws-cdk/bin/cdk", import.meta.url));

it("the pinned CLI of CDK has the commands by which doctor and the pages have drift looked for and mended", () => {
  const runtime = "Deno" in globalThis ? ["run", "--allow-all"] : [];
  const help = (command: string) =>
    execFileSync(process.execPath, [...runtime, program, command, "--help"], { encoding: "utf8" });
  assert.match(help("drift"), / drift \[STACKS\.\.\]$/m);
  assert.match(help("deploy"), /^ +--revert-drift /m);
});
