import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import process from "node:process";
import { installs, projectFiles } from "../create/project-files.ts";
import { writeNewFiles } from "../scaffold/files.ts";
import { type Command, command, usageError } from "./command.ts";

const help = {
  name: "create-hookline",
  script: "create-hookline",
  says: "makes a project with one source, one event and its test, or adds them to a CDK app",
  takes: ["<folder>"],
  options: {
    package: { type: "string", value: "FILE", says: "the tarball of @hookline/hookline, which is not on npm yet" },
    name: { type: "string", value: "NAME", says: "the stage, part of permanent names; defaults to the folder's name" },
  },
  more: ["In a folder with a cdk.json it adds its files beside the app, and changes none."],
  examples: ["hooks --package hookline-hookline-0.1.0.tgz", ". --name shop --package hookline-hookline-0.1.0.tgz"],
} as const;

/**
 * Writes the files of a project, and overwrites none.
 *
 * @throws {TypeError} For arguments that cannot be, and where a file is there already.
 */
export const create: Command = command(help, async ({ values, taken: [given = ""], print }) => {
  const folder = resolve(given);
  const tarball = values.package;
  if (tarball === undefined || !statSync(tarball, { throwIfNoEntry: false })?.isFile()) {
    throw usageError(help, "--package takes the tarball of @hookline/hookline, a file that is there");
  }
  const name = values.name ?? basename(folder).toLowerCase();
  if (!/^[a-z][a-z0-9]{0,15}$/.test(name) || name === "dlq") {
    throw usageError(help, "the name is 1 to 16 lower-case letters and digits, and not dlq; give another with --name");
  }
  const into = existsSync(join(folder, "cdk.json"));
  const project = { name, into, spec: specOf(folder, tarball), versions: versions() };
  const files = projectFiles(project);
  writeNewFiles(folder, files);
  for (const { path } of files) print(`wrote ${path}`);
  const steps = into
    ? `npm install --save-dev ${installs(project).join(" ")}; then webhooks/README.md`
    : `cd ${relative(process.cwd(), folder) || "."}; npm install; npm test; npm start`;
  print(`Next: ${steps}`);
  return 0;
});

/** The tarball as npm takes it from the project's folder. */
function specOf(folder: string, tarball: string): string {
  return `file:${relative(folder, resolve(tarball)).replaceAll("\\", "/")}`;
}

/** The versions that this Hookline is made with: the built package has them as they were pinned. */
function versions(): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return manifest.hookline ?? { ...manifest.dependencies, ...manifest.devDependencies };
}
