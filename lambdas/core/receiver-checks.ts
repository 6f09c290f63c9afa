import { isObject } from "./events/strict-json.ts";
import { checkBasePath, isSourceName } from "./ingress/source-path.ts";
import { nearest } from "./nearest.ts";

/** What an option has to be, in words, and whether a value is it. */
type Expected = readonly [what: string, fits: (value: unknown) => boolean];
type Options = Readonly<Record<string, unknown>>;

const text: Expected = ["a text", (value) => typeof value === "string"];
const flag: Expected = ["true or false", (value) => typeof value === "boolean"];
const call: Expected = ["a function", (value) => typeof value === "function"];
const size: Expected = ["a number above 0", (value) => typeof value === "number" && value > 0];
const seconds: Expected = ["a number of at least 0", (value) => typeof value === "number" && value >= 0];

function having(what: string, ...methods: readonly string[]): Expected {
  const has = (value: unknown) => methods.every((name) => typeof (value as Options)[name] === "function");
  return [`${what}, an object with ${methods.join(", ")}`, (value) => isObject(value) && has(value)];
}

const ofSource: Readonly<Record<string, Expected>> = {
  provider: [
    "a provider of @hookline/hookline/providers, or one that defineProvider made",
    (value) => isObject(value) && "verification" in value && "events" in value,
  ],
  secrets: ["a function that gives every secret that is valid: async () => [secret]", call[1]],
  url: text,
  toleranceSeconds: seconds,
  bodyLimitBytes: size,
  allows: call,
  liveOnly: flag,
  fetch: call,
  keep: call,
};

const ofReceiver: Readonly<Record<string, Expected>> = {
  sources: ["an object of sources by name: { github: { provider, secrets } }", isObject],
  basePath: text,
  bodyLimitBytes: size,
  now: call,
  log: call,
  dedupe: having("a store of ingress records", "claim", "read", "mark", "reopen"),
  queue: having("queues", "wants", "send"),
  handlers: ["an object of handlers by type: { push: async ({ payload }) => {} }", isObject],
  onUnhandledEvent: ["a function or a processor", () => true],
  processing: having("a store of processing records", "claim", "read", "end"),
};

/** @throws {TypeError} When an option is missing, not known, or not what it has to be. No value of a secret is told. */
export function checkReceiver(given: Options): void {
  if (!isObject(given)) throw wrong("its options", "an object", given);
  check("", given, ofReceiver, ["sources"]);
  checkSources(given.sources as Options);
  checkBasePath(given.basePath as string | undefined);
  checkWay(given);
}

/**
 * @throws {TypeError} When a source's name is not fit for a path, or one of its options is missing, not known, or not what
 * it has to be.
 */
export function checkSources(sources: Options): void {
  if (!isObject(sources)) throw wrong("sources", ofReceiver.sources?.[0] ?? "", sources);
  for (const [name, source] of Object.entries(sources)) {
    if (!isSourceName(name)) {
      throw new TypeError(
        `Cannot create receiver: a source is named in lower-case letters, digits and "-", received "${name}"`,
      );
    }
    if (!isObject(source)) throw wrong(`sources["${name}"]`, "{ provider, secrets }", source);
    check(`sources["${name}"].`, source, ofSource, ["provider", "secrets"]);
  }
}

function check(
  where: string,
  given: Options,
  known: Readonly<Record<string, Expected>>,
  needed: readonly string[],
): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name)) continue;
    const near = nearest(name, Object.keys(known))?.name;
    throw new TypeError(
      `Cannot create receiver: ${where}${name} is no option: the nearest is "${near}", all are ${Object.keys(known).join(", ")}`,
    );
  }
  for (const [name, [what, fits]] of Object.entries(known)) {
    const value = given[name];
    if (value === undefined ? needed.includes(name) : !fits(value)) throw wrong(`${where}${name}`, what, value);
  }
}

/** A secret may be among what is given: of a text only that it is one. */
function wrong(name: string, what: string, value: unknown): TypeError {
  const received = value === null ? "null" : Array.isArray(value) ? "a list" : told[typeof value];
  const shown = typeof value === "number" || typeof value === "boolean" ? `${value}` : (received ?? typeof value);
  return new TypeError(`Cannot create receiver: ${name} must be ${what}, received ${shown}`);
}

const told: Readonly<Record<string, string>> = { string: "a text", undefined: "nothing", object: "an object" };

const ways = ["dedupe, queue", "handlers, processing", "handlers, onUnhandledEvent, processing"];

function checkWay(given: Options): void {
  const parts = ["dedupe", "queue", "handlers", "onUnhandledEvent", "processing"];
  const found = parts.filter((part) => given[part] !== undefined).join(", ");
  if (ways.includes(found)) return;
  throw new TypeError(
    `Cannot create receiver: it takes either dedupe and queue, or handlers and processing, received ${found || "neither"}`,
  );
}
