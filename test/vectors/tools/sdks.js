import { formSdks } from "./sdks-forms.js";
import { hmacSdks } from "./sdks-hmac.js";
import { keySdks } from "./sdks-keys.js";
import { listSdks } from "./sdks-lists.js";
import { standardSdks } from "./sdks-standard.js";

/**
 * A request as an SDK is given it.
 *
 * @typedef {object} Asked
 * @property {Readonly<Record<string, string>>} headers Their names in lower case, as servers have them.
 * @property {Buffer<ArrayBuffer>} body
 * @property {string} text The body as text.
 * @property {string} url The URL as registered.
 * @property {string} path The path that was asked for, with its query.
 * @property {Readonly<Record<string, string>>} documents What the provider publishes, by URL.
 */

/**
 * What is to be signed: a body, at a time.
 *
 * @typedef {object} Unsigned
 * @property {Buffer} body
 * @property {string} text
 * @property {Date} now
 * @property {number} seconds
 * @property {string} url
 */

/**
 * An SDK, opened: `verify` says whether the signature is right, or throws where it is not. What an SDK throws behind a
 * right signature (a body that is no JSON, a type of event that it does not know) counts as right.
 *
 * @typedef {object} Opened
 * @property {(asked: Asked, secrets: readonly string[]) => unknown} verify
 * @property {(unsigned: Unsigned, secret: string) => Signed | Promise<Signed>} [sign] The headers of the signed request,
 * and its body under `body` where that is changed by signing.
 * @property {Readonly<Record<string, string>>} [bodies] Bodies to sign, by name, where any text will not do.
 *
 * @typedef {Record<string, string>} Signed
 */

/**
 * @typedef {object} Sdk
 * @property {string} package
 * @property {"text" | "bytes"} takes What it wants the body as.
 * @property {number} [secrets] How many secrets it takes at once; 1 where left out.
 * @property {true} [ownForm] Whether the configured secret is a text of Hookline's form, which the SDK takes in parts.
 * @property {true} [newKeys] Whether the suite makes its keys anew each time it is loaded.
 * @property {() => Promise<Opened>} open
 */

/** @type {Readonly<Record<string, Sdk>>} */
export const sdks = { ...standardSdks, ...listSdks, ...hmacSdks, ...keySdks, ...formSdks };
