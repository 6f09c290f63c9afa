import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
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
    throw new TypeError(
      `Cannot test ${name}: there is no ${own}; npm run new -- event ${name} makes an event with its test`,
    );
  },
);

async function runTests(root: string, file: string): Promise<number> {
  const args = "Deno" in globalThis ? ["test", "-A", "--no-check"] : ["--test"];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [...args, file], { cwd: root, stdio: "inherit", env });
  const [code] = await once(child, "exit");
  return code === 0 ? 0 : 1;
}
