import { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import { isEventFile, listEventFiles, queueSuffix } from "../../infra/build/event-files.ts";
import { constantOf } from "../../infra/build/provider-constant.ts";
import { canarySource } from "../../lambdas/aws/canary-source.ts";
import { isSourceName } from "../../lambdas/core/ingress/source-path.ts";

/** Quotes and the like, what a type may end in elsewhere (`*`), and what Windows or a URL takes for something else. */
const refused = /["'`\\*<>|?#]/;
/** Controls, marks that show nothing, halves of characters, and the two line breaks of Unicode's own. */
const unseen = /[\p{C}\u2028\u2029]/u;
/** Names of devices: on Windows no file may have them, with any ending. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** A file system takes 255 bytes; `.test.ts` comes behind. */
const mostBytes = 240;

/** The names that `new` can use for an export, by the reserved words and the names that modules are tested for. */
const reserved = new Set(
  "await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch then this throw true try typeof undefined var void while with yield arguments".split(
    " ",
  ),
);

/**
 * @param folder The folder of event files.
 * @throws {TypeError} When a type cannot be one, its file cannot be, or its queue would be another's.
 */
export function checkEventName(folder: string, source: string, type: string): void {
  const name = `${source}/${type}`;
  const fail = (why: string): never => {
    throw new TypeError(`Cannot make event ${quoted(name)}: ${why}`);
  };
  if (source === canarySource) fail("a stage posts to this source itself, as its canary; give yours another name");
  const parts = type.split("/");
  if (refused.test(type) || unseen.test(type) || !type.isWellFormed()) {
    fail("a type takes no quotes, no control or invisible characters, and none of \\ * < > | ? #");
  }
  if (parts.some((part) => part === "" || part.startsWith(".") || /[ .]$|^ /.test(part))) {
    fail("a type takes no part between slashes that is empty, begins with a dot or a blank, or ends in one");
  }
  if (parts.some((part) => device.test(part)))
    fail("a part of the type is the name of a device: Windows takes no file of it");
  if (name.length > 128) fail("a name takes at most 128 characters");
  if (parts.some((part) => Buffer.byteLength(part) > mostBytes)) fail(`a part takes at most ${mostBytes} bytes`);
  if (!isEventFile(`${name}.ts`))
    fail("a file of this name is no event file; name the type in another's options.types");
  const queue = queueSuffix(source, type).toLowerCase();
  // Where the package runs there is no such folder: the files are the app's.
  const there = existsSync(folder) ? listEventFiles(folder) : [];
  const other = there.find((one) => {
    const [its = "", ...rest] = one.name.split("/");
    return one.name !== name && queueSuffix(its, rest.join("/")).toLowerCase() === queue;
  });
  if (other !== undefined) fail(`${other.name}.ts would have the same queue; name the type in its options.types`);
}

/**
 * @param mod The text of `lambdas/providers/mod.ts`.
 * @throws {TypeError} When a name cannot be a provider's, or its constant cannot be.
 */
export function checkProviderName(name: string, mod: string): void {
  const fail = (why: string): never => {
    throw new TypeError(`Cannot make provider ${quoted(name)}: ${why}`);
  };
  if (!isSourceName(name) || /--|-$/.test(name)) {
    fail('its name is lower-case letters, digits and single "-" between them, at most 40');
  }
  if (device.test(name)) fail("it is the name of a device: Windows takes no file of it");
  const constant = constantOf(name);
  if (reserved.has(constant)) fail(`no constant can be named "${constant}"`);
  const own = new RegExp(`from "\\./${name}\\.ts"`);
  const isTaken = constant === "defineProvider" || new RegExp(`\\b${constant}\\b`).test(mod);
  // An existing one is named by its file.
  if (isTaken && !own.test(mod)) fail(`lambdas/providers/mod.ts has a "${constant}" already`);
}

/** As text within a line, of any content. */
export function quoted(name: string): string {
  return JSON.stringify(name).replaceAll(/[\p{C}\u2028\u2029]/gu, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );
}
