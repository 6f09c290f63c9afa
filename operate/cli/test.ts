import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { splitEventName } from "../../infra/build/event-files.ts";
import { type Command, command, usageError } from "./command.ts";

const help = {
  name: "test",
  script: "hookline -- test",
  says: "runs the test of an event file",
  takes: ["<source>/<type>"],
  options: {},
  more: ["npm test runs all tests."],
  examples: ["github/issues", "github/push"],
} as const;

/** The examples that come with Hookline have their tests in one file. */
const examples = "test/events/examples";

/**
 * Runs the test that `new event` wrote, and returns its exit code. `root` is the folder of the project.
 *
 * @throws {TypeError} Where there is none.
 */
export const test: Command<[root: string]> = command(
  help,
  async ({ taken: [name = ""] }, root = fileURLToPath(new URL("../..", import.meta.url))) => {
    if (splitEventName(name) === undefined) throw usageError(help, `expected <source>/<type>, received "${name}"`);
    const own = `test/events/${name}.test.ts`;
    if (existsSync(join(root, own))) return await runTests(root, own);
    if (isExample(root, name)) return await runTests(root, `${examples}.test.ts`, `the example ${name}`);
    throw new TypeError(
      `Cannot test ${name}: there is no ${own}; npm run new -- event ${name} makes an event with its test`,
    );
  },
);

function isExample(root: string, name: string): boolean {
  const file = join(root, `${examples}.ts`);
  return existsSync(file) && readFileSync(file, "utf8").includes(`\n  "${name}": {\n`);
}

/** @param only The name of the tests to run, of those in the file. */
async function runTests(root: string, file: string, only?: string): Promise<number> {
  const pattern = only === undefined ? undefined : `/${only.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")}\\b/`;
  const args =
    "Deno" in globalThis
      ? ["test", "-A", "--no-check", ...(pattern === undefined ? [] : ["--filter", pattern])]
      : ["--test", ...(pattern === undefined ? [] : ["--test-name-pattern", pattern])];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [...args, file], { cwd: root, stdio: "inherit", env });
  const [code] = await once(child, "exit");
  return code === 0 ? 0 : 1;
}
