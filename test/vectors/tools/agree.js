// Compares each provider's SDK with Hookline over every variant of the shared suite.
//   node agree.js <project> [provider…]
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { explanations } from "./explained.js";
import { page } from "./page.js";
import {
  askedOf,
  codedRows,
  codedVariantsOf,
  folder,
  names,
  root,
  rows,
  say,
  sdkName,
  variantsOf,
  verdictOf,
} from "./project.js";
import { sdks } from "./sdks.js";

/**
 * @typedef {import("./project.js").Variant} Variant
 * @typedef {{ variant: string, ours: string, theirs: string }} Disagreement
 * @typedef {{
 *   provider: string, sdk: string, variants: number, agree: number, theyAccept: number, weAccept: number,
 *   skipped: Record<string, number>, disagreements: Disagreement[],
 * }} Agreement
 */

/** @param {string} name @returns {readonly Variant[]} */
function variantsFor(name) {
  const row = rows[name];
  if (row === undefined) return codedVariantsOf(codedRows[name]);
  // Signatures by chance differ in length, and with that in what can be done to them: those of one length are taken.
  for (let tries = 0; ; tries += 1) {
    const variants = variantsOf(row);
    if (!row.signsAtRandom || tries === 1000 || variants[0].headers[row.header].endsWith("==")) return variants;
  }
}

/** Why a variant has no like in an SDK, if so. @param {string} name @param {Variant} variant */
function skipped(name, { name: called, secrets, body }) {
  const { secrets: most = 1, takes = "", ownForm = false } = sdks[name] ?? {};
  const isForm = /^with a secret (of another form|that is none) configured/.test(called);
  if (ownForm && isForm) return "a secret that is not of Hookline's own form, of which the SDK knows nothing";
  if (secrets.length === 0) return "no secret is configured, and the SDK is always called with one";
  if (secrets.length > most) return "more secrets at once than the SDK takes";
  const isText = Buffer.from(Buffer.from(body).toString("utf8"), "utf8").equals(body);
  if (takes === "text" && !isText) return "bytes that are no UTF-8, where the SDK takes texts";
  return undefined;
}

/** @param {string} name @returns {Promise<Agreement>} */
async function compare(name) {
  const sdk = await sdks[name]?.open();
  if (sdk === undefined) throw new Error(`There is no SDK for ${name}`);
  /** @type {Agreement} */
  const found = {
    ...{ provider: name, sdk: sdkName(name), variants: 0, agree: 0, theyAccept: 0, weAccept: 0 },
    ...{ skipped: {}, disagreements: [] },
  };
  for (const variant of variantsFor(name)) {
    const reason = skipped(name, variant);
    if (reason !== undefined) {
      found.skipped[reason] = (found.skipped[reason] ?? 0) + 1;
      continue;
    }
    found.variants += 1;
    const theirs = await verdictOf(sdk, askedOf(name, variant), variant.secrets);
    const isOurs = variant.expected === "verified";
    if (isOurs === (theirs === "accepts")) found.agree += 1;
    else {
      found[isOurs ? "weAccept" : "theyAccept"] += 1;
      found.disagreements.push({ variant: variant.name, ours: variant.expected, theirs });
    }
  }
  return found;
}

/** What was found of every provider, now or before. @returns {Agreement[]} */
function written() {
  const files = readdirSync(folder)
    .sort()
    .map((name) => new URL(`${name}/agreement.json`, folder));
  return files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, "utf8")));
}

let failures = 0;
for (const name of names) {
  const found = await compare(name);
  const { problems, classes } = explanations(found);
  for (const problem of problems) say(`${name}: ${problem}`);
  failures += problems.length;
  const at = new URL(`${name}/`, folder);
  mkdirSync(at, { recursive: true });
  writeFileSync(new URL("agreement.json", at), `${JSON.stringify(found, null, 2)}\n`);
  say(`${name}: ${found.agree} of ${found.variants} by ${found.sdk}, ${classes.length} explanations`);
}
if (failures > 0) throw new Error(`${failures} disagreements without an explanation, or explanations without one`);
writeFileSync(`${root}/docs/measured/agreement.md`, page(written()));
process.exit(0);
