import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The rooms of tests, each with the beginnings of its files' paths; of several that fit, the longest counts. A room is one
 * process: to load CDK, the SDK or all providers takes longer than most test files.
 */
export const rooms = {
  aws: ["aws/"],
  bundles: ["infra/bundle", "infra/removing-an-event"],
  cli: ["operate/cli/"],
  core: ["core/", "middleware/"],
  costs: ["cost/", "examples/", "rules/readme"],
  // The same engine without its repairs, which are for a whole process.
  dynalite: ["local/aws/repairs/dynalite/"],
  events: ["events/"],
  hosts: ["hosts/", "outbox/", "stores/"],
  infra: ["infra/"],
  local: ["local/"],
  operate: ["operate/"],
  proof: ["proof/"],
  providers: ["providers/", "vectors/"],
  rules: ["rules/"],
  "local-parts": ["local/app/", "local/aws/", "local/entrances/", "local/lambda/", "local/mapping/", "local/run/"],
  starts: ["local/synth/", "operate/cli/new"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A path that begins so is run by a command of its own. */
export const apart = ["local/end-to-end.test", "package/", "rules/examples"] as const;

/** The paths of all test files in folders, from this one. */
export function testFiles(): readonly string[] {
  return readdirSync(fileURLToPath(new URL(".", import.meta.url)), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.includes("/") && path.endsWith(".test.ts") && !path.includes("node_modules/"))
    .sort();
}

/** The room of a file, or undefined where it is in none. */
export function roomOf(path: string): keyof typeof rooms | "apart" | undefined {
  const all = Object.entries({ ...rooms, apart }).flatMap(([room, beginnings]) =>
    beginnings.filter((beginning) => path.startsWith(beginning)).map(({ length }) => ({ room, length })),
  );
  return all.sort((a, b) => b.length - a.length)[0]?.room as keyof typeof rooms | "apart" | undefined;
}

/** Has the test files of a room run in this process, one after the other. */
export async function together(room: keyof typeof rooms): Promise<void> {
  for (const path of testFiles().filter((path) => roomOf(path) === room)) await import(new URL(path, import.meta.url).href);
}
