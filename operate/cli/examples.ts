import { fileURLToPath } from "node:url";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { exampleEvents, planRemoval, removeExamples } from "../scaffold/examples.ts";
import { type Command, command, usageError } from "./command.ts";
import { askYes } from "./terminal.ts";

const help = {
  name: "examples",
  says: "removes the example events, before the first deployment",
  takes: ["list|remove"],
  options: {
    keep: { type: "string", value: "SOURCE", says: "a source whose examples stay", multiple: true },
    yes: { type: "boolean", says: "do not ask" },
  },
  more: [
    "remove takes away event files, their tests, and their lines of infra/pipelines.json and docs/using.md.",
    "Events of your own, and examples that you have changed, stay.",
  ],
  examples: ["remove --keep github", "list"],
} as const;

/** `root` is the folder of the project; `ask` asks a question. */
type ExamplesInput = { readonly root?: string; readonly ask?: (question: string) => Promise<boolean> };

/**
 * Lists the example events, or removes them. Returns 1 where the question is answered with no.
 *
 * @throws {TypeError} For a source that has no example.
 */
export const examples: Command<[given: ExamplesInput]> = command(
  help,
  async ({ values: { keep, yes }, taken: [action], print }, given: ExamplesInput = {}) => {
    const { root = fileURLToPath(new URL("../..", import.meta.url)), ask = askYes } = given;
    checkKept(keep);
    const { removed, changed } = planRemoval(root, keep);
    const sign = action === "list" ? "" : "- ";
    for (const name of removed) print(`${sign}${name}`);
    for (const name of changed)
      print(`${sign === "" ? "" : "  "}${name}  changed since it came with Hookline: it stays`);
    if (removed.length === 0) print("There is no example to remove.");
    if (action === "list" || removed.length === 0) return 0;
    const question = `Remove ${removed.length === 1 ? "this example" : `these ${removed.length} examples`}? Only while no stage is deployed: events may be in the queues of one that is`;
    if (!yes && !(await ask(question))) {
      print("Nothing was removed.");
      return 1;
    }
    removeExamples(root, { removed });
    print(
      `Removed ${removed.length}. Next: npm run new -- event <source>/<type>; npm run synth; commit what has changed`,
    );
    return 0;
  },
);

function checkKept(keep: readonly string[]): void {
  const sources = [...new Set(Object.keys(exampleEvents).map((name) => name.split("/")[0] ?? ""))];
  for (const source of keep.filter((one) => !sources.includes(one))) {
    const meant = didYouMean(source, sources);
    throw usageError(
      help,
      `--keep takes a source of the examples (${sources.join(", ")}), received "${source}"${meant}`,
    );
  }
}
