import { readFileSync } from "node:fs";
import { mock } from "node:test";
import { pathToFileURL } from "node:url";
import { sdks } from "./sdks.js";

/**
 * @typedef {import("../../contract/provider-variants.ts").Variant} Variant
 * @typedef {import("../../contract/provider-row.ts").ProviderRow} ProviderRow
 * @typedef {import("../../contract/provider-row.ts").CodedRow} CodedRow
 */

export const root = process.argv[2] ?? "";
export const folder = new URL("test/vectors/", pathToFileURL(`${root}/`));

/** @param {string} path */
const load = (path) => import(new URL(path, pathToFileURL(`${root}/`)).href);

const suite = await load("test/contract/provider-variants.ts");
export const { variantsOf, timeOf } = suite;
/** @type {Date} */
export const now = suite.now;
export const { codedVariantsOf } = await load("test/contract/provider-coded.ts");
export const { rows, codedRows } = await load("test/providers/rows.ts");
export const { providers } = await load("lambdas/providers/mod.ts");
export const { verify } = await load("lambdas/core/verify/verify.ts");

// SDKs look at the clock, and some write to the console.
mock.timers.enable({ apis: ["Date"], now });
export const say = console.log;
for (const name of /** @type {const} */ (["debug", "info", "log", "warn", "error"])) console[name] = () => {};

/** Those of the project's providers that have an SDK, of which only those that the command line names, if any. */
export const names = Object.keys(sdks)
  .filter((name) => Object.hasOwn(rows, name) || Object.hasOwn(codedRows, name))
  .filter((name) => process.argv.length < 4 || process.argv.slice(3).includes(name))
  .sort();

/** @param {string} name @returns {ProviderRow | CodedRow} */
export const rowOf = (name) => rows[name] ?? codedRows[name];

/** `stripe@23.1.0`. @param {string} name */
export function sdkName(name) {
  const { package: of } = sdks[name] ?? { package: "" };
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${of}/package.json`, import.meta.url), "utf8"));
  return `${of}@${version}`;
}

/**
 * A request as an SDK is given it.
 *
 * @param {string} name
 * @param {Pick<Variant, "headers" | "body" | "path">} sent
 * @returns {import("./sdks.js").Asked}
 */
export function askedOf(name, sent) {
  const row = rowOf(name);
  const body = Buffer.from(sent.body);
  const path = sent.path ?? ("right" in row ? row.right.path : undefined) ?? `/${name}`;
  return {
    headers: Object.fromEntries(new Headers(sent.headers)),
    ...{ body, text: body.toString("utf8"), path },
    url: row.url ?? `https://hooks.example${path}`,
    documents: ("documents" in row ? row.documents : undefined) ?? {},
  };
}

/**
 * What an SDK says: `accepts`, `refuses`, or which error it throws.
 *
 * @param {import("./sdks.js").Opened} sdk
 * @param {import("./sdks.js").Asked} asked
 * @param {readonly string[]} secrets
 */
export async function verdictOf(sdk, asked, secrets) {
  try {
    return (await sdk.verify(asked, secrets)) ? "accepts" : "refuses";
  } catch (error) {
    return `throws ${error instanceof Error ? error.name : String(error)}`;
  }
}
