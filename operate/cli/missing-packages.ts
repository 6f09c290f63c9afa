import { readFileSync } from "node:fs";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";

/** The packages that a command of the package needs, where it is not only clients of AWS; they are optional peers. */
const needed: Readonly<Record<string, { readonly why: string; readonly packages: RegExp }>> = {
  start: {
    why: "the local run synthesizes with CDK, bundles with esbuild, and stands in for AWS",
    packages: /^(?!@types\/|@aws-sdk\/client-(?:cloudformation|cloudwatch|cloudwatch-logs|lambda|sns)$)/,
  },
  page: { why: "Hono serves the page, which reads a stage", packages: /^(?:hono$|@hono\/|@aws-sdk\/)/ },
};
const ofAws = { why: "it calls AWS, or the stand-ins of a local run", packages: /^@aws-sdk\// };

/**
 * The error for a command that misses packages, in place of Node's; any other error as it is. In this repository all of them are
 * dependencies.
 */
export function missingPackages(command: string, error: unknown): unknown {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  if (!isMissing || manifest.peerDependencies === undefined) return error;
  const { why, packages } = needed[command] ?? ofAws;
  const missing = Object.entries<string>(manifest.peerDependencies).filter(
    ([name]) => packages.test(name) && !isThere(name),
  );
  if (missing.length === 0) return error;
  const names = missing.map(([name]) => name).join(", ");
  const install = missing.map(([name, range]) => `${name}@${range.replace("^", "")}`).join(" ");
  return new TypeError(
    `Cannot run ${command}: ${names} ${missing.length === 1 ? "is" : "are"} not installed; ${why}. npm install --save-dev ${install}`,
    { cause: errorText(error) },
  );
}

function isThere(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
