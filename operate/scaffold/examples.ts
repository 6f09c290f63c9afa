import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readPipelines, savePipelines } from "../../infra/build/pipelines-file.ts";

/**
 * The example events, each with the digests of its event file and of its test as they come with Hookline: what somebody has
 * changed is theirs.
 */
export const exampleEvents: Readonly<Record<string, readonly [event: string, test: string]>> = {
  "generic/_other": ["824097fa856b0eee", "6af208f444476214"],
  "github/push": ["06e2dc5913dee735", "0c37db5db98892fc"],
  "hackmamba/payment.succeeded": ["a3e33561916cf775", "d25cd6b3e0871552"],
  "hackmamba/project.created": ["a2d4847b810e8e3a", "52701d945ab476cd"],
  "hackmamba/user.created": ["10a4bd9f2e5c1e93", "aade2d69ddc9538e"],
  "hotmart-hottok/PURCHASE_APPROVED": ["cdb8610d105afb20", "4fff994239625941"],
  "hotmart/PURCHASE_APPROVED": ["02e49bd863272635", "a6ea8088302066bc"],
  "hotmart/SUBSCRIPTION_CANCELLATION": ["a281c2ef787104f4", "3f7b48c9e78ee9bb"],
  "standard-webhooks/contact.created": ["df4c6aee59bd1370", "8790c55105827f6f"],
  "stripe/invoice.paid": ["974fbb4d84e84146", "0279571312224ff1"],
  "whatalo-timestamped/app.installed": ["4a6993fb7abeadfd", "680fbd09a9182170"],
  "whatalo/order.created": ["781fe238f8e50b67", "8a5664370aba037c"],
  "whop-legacy/membership.went_valid": ["b89265f2d25a3171", "45b766052354d3f4"],
  "whop/member.created": ["6340d288eb0ed4b2", "663248ba7028d1f0"],
  "whop/membership.activated": ["a1e3dac801aecfd4", "23c6c7949bbae8cb"],
  "whop/membership.trial_ending_soon": ["770b18de844f961a", "02f7e362f6513894"],
  "whop/payment.succeeded": ["866a001aa9d26051", "7c14c2a9e48ced7f"],
};

/** The examples that {@linkcode removeExamples} removes, and those that it does not. */
type ExampleRemoval = {
  readonly removed: readonly string[];
  /** Examples that somebody has changed, or their tests: they stay. */
  readonly changed: readonly string[];
};

/** The files of an example, from the project's folder on. */
export function exampleFiles(name: string): readonly [event: string, test: string] {
  return [`lambdas/events/${name}.ts`, `test/events/${name}.test.ts`];
}

/** The digest of a text, whichever line breaks git gave it. */
export function exampleDigest(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex").slice(0, 16);
}

/** The examples that are there and whose source is not kept. */
export function planRemoval(root: string, keep: readonly string[]): ExampleRemoval {
  const there = Object.keys(exampleEvents).filter((name) => {
    const [source = ""] = name.split("/");
    return !keep.includes(source) && existsSync(join(root, exampleFiles(name)[0]));
  });
  const changed = there.filter((name) => isChanged(root, name));
  return { removed: there.filter((name) => !changed.includes(name)), changed };
}

function isChanged(root: string, name: string): boolean {
  return exampleFiles(name).some((file, index) => {
    const path = join(root, file);
    return existsSync(path) && exampleDigest(readFileSync(path, "utf8")) !== exampleEvents[name]?.[index];
  });
}

/**
 * Removes examples: event files, tests, folders that are empty then, their lines of `infra/pipelines.json`, and their rows of
 * `docs/using.md`.
 *
 * @throws {TypeError} When `infra/pipelines.json` cannot be read; nothing is removed then.
 */
export function removeExamples(root: string, { removed }: Pick<ExampleRemoval, "removed">): void {
  const file = join(root, "infra/pipelines.json");
  const pipelines = Object.entries(readPipelines(file)).filter(([name]) => !removed.includes(name));
  for (const path of removed.flatMap((name) => exampleFiles(name))) {
    rmSync(join(root, path), { force: true });
    const folder = dirname(join(root, path));
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
  savePipelines(Object.fromEntries(pipelines), { fixed: false, path: file });
  const page = join(root, "docs/using.md");
  const isOfRemoved = (line: string) => removed.some((name) => line.includes(`(../${exampleFiles(name)[0]})`));
  const lines = readFileSync(page, "utf8").split("\n");
  writeFileSync(page, lines.filter((line) => !isOfRemoved(line)).join("\n"));
}
