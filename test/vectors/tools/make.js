// Writes rightly signed requests of each provider: made by its SDK, or by the suite and taken by the SDK.
//   node make.js <project> [provider…]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  askedOf,
  codedVariantsOf,
  folder,
  names,
  now,
  rowOf,
  rows,
  say,
  sdkName,
  timeOf,
  verdictOf,
} from "./project.js";
import { sdks } from "./sdks.js";

/**
 * @typedef {import("./project.js").Variant} Variant
 * @typedef {{
 *   name: string, url: string, method: "POST", headers: Readonly<Record<string, string>>, body: string,
 *   secrets: readonly string[], now: string, registeredUrl?: string, documents?: Readonly<Record<string, string>>,
 * }} Vector
 * @typedef {{ provider: string, by?: string, checkedBy?: string, vectors: readonly Vector[] }} Vectors
 * @typedef {{ name: string, headers: Readonly<Record<string, string>>, body: Uint8Array, path?: string }} Sent
 */

/** @type {Readonly<Record<string, string>>} */
const texts = {
  "text beyond ASCII": '{"event":"é ✓ 🦊"}',
  "CRLF and a trailing newline": '{\r\n"event":"a"\r\n}\r\n',
  "what templates replace": '{"event":"$& $1 $\' {body} %s"}',
  "no byte at all": "",
};

/** @param {string} name @param {Sent} sent @returns {Vector} */
function vectorOf(name, { name: called, headers, body, path }) {
  const row = rowOf(name);
  const asked = askedOf(name, { headers, body: new Uint8Array(body), ...(path === undefined ? {} : { path }) });
  return {
    ...{ name: called, url: `https://hooks.example${asked.path}`, method: "POST", headers },
    ...{ body: asked.body.toString("base64"), secrets: [row.secret], now: now.toISOString() },
    ...(row.url === undefined ? {} : { registeredUrl: row.url }),
    ...("documents" in row && row.documents !== undefined ? { documents: row.documents } : {}),
  };
}

/** Made by the SDK. @param {string} name @param {import("./sdks.js").Opened} sdk @returns {Promise<Sent[]>} */
async function bySdk(name, sdk) {
  const row = rowOf(name);
  const bodies = sdk.bodies ?? { "the suite's body": "body" in row ? row.body : "", ...texts };
  const made = [];
  for (const [called, text] of Object.entries(bodies)) {
    const unsigned = { body: Buffer.from(text), text, now, seconds: now.getTime() / 1000, url: row.url ?? "" };
    try {
      const { body = text, ...headers } = (await sdk.sign?.(unsigned, row.secret)) ?? {};
      made.push({ name: called, headers, body: Buffer.from(body) });
    } catch (error) {
      // Some sign no empty body.
      if (text !== "") throw error;
    }
  }
  return made;
}

/** Made by the suite. @param {string} name @returns {readonly Sent[]} */
function bySuite(name) {
  const row = rows[name];
  if (row === undefined) {
    const variants = /** @type {readonly Variant[]} */ (codedVariantsOf(rowOf(name)));
    // Those of the suite in general come first; they are the same request.
    const right = variants.filter(({ expected, secrets }) => expected === "verified" && secrets.length === 1);
    return right.filter(({ name: called }) => called !== "under header names in capitals").slice(0, 5);
  }
  const time = timeOf(row);
  const own = { "the suite's body": row.bodyAt?.(time) ?? row.body };
  const bodies = { ...own, ...(row.bodyAt === undefined ? texts : { "white space": ` ${row.bodyAt(time)}\r\n` }) };
  return Object.entries(bodies).map(([called, text]) => {
    const body = Buffer.from(text);
    const headers = { ...row.others([time]), ...row.echoes, ...row.fixed };
    return {
      name: called,
      body,
      headers: { ...headers, [row.header]: row.write([row.sign(body, time, row.secret)], [time]) },
    };
  });
}

/** Whether the SDK takes it. @param {string} name @param {import("./sdks.js").Opened} sdk @param {Vector} vector */
async function isTaken(name, sdk, { headers, body, url, secrets, documents }) {
  const { pathname, search } = new URL(url);
  const asked = askedOf(name, { headers, body: new Uint8Array(Buffer.from(body, "base64")), path: pathname + search });
  return (await verdictOf(sdk, { ...asked, ...(documents && { documents }) }, secrets)) === "accepts";
}

for (const name of names) {
  const sdk = await sdks[name]?.open();
  if (sdk === undefined) throw new Error(`There is no SDK for ${name}`);
  const file = new URL(`${name}/signed.json`, folder);
  /** @type {Vectors} */
  let found;
  if (sdk.sign !== undefined) {
    found = {
      provider: name,
      by: sdkName(name),
      vectors: (await bySdk(name, sdk)).map((sent) => vectorOf(name, sent)),
    };
  } else {
    /** @type {readonly Vector[]} */
    const kept = sdks[name]?.newKeys && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).vectors : undefined;
    const made = kept ?? bySuite(name).map((sent) => vectorOf(name, sent));
    const taken = await Promise.all(made.map((vector) => isTaken(name, sdk, vector)));
    if (kept !== undefined && taken.includes(false)) throw new Error(`${name}: what was made before is not taken`);
    found = { provider: name, checkedBy: sdkName(name), vectors: made.filter((_, index) => taken[index]) };
  }
  mkdirSync(new URL("./", file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  say(`${name}: ${found.vectors.length} ${found.by === undefined ? `taken by ${found.checkedBy}` : `by ${found.by}`}`);
}
process.exit(0);
