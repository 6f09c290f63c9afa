import { isUnset } from "../../lambdas/core/verify/unset-secret.ts";

/** An endpoint as its provider has it. */
export type RegisteredEndpoint = {
  readonly id: string;
  readonly url: string;
  /** The event types that it ticks, as the provider names them. */
  readonly types: readonly string[];
  /** Why it gets no deliveries, where it gets none. */
  readonly off?: string;
};

/** One request to a provider's API. */
export type ApiCall = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Behind the API's base address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: readonly (readonly [field: string, value: string])[];
};

/** Reading `json` throws where the answer holds none. */
export type ApiAnswer = { readonly json: unknown; readonly headers: Headers };

/** How a provider's API registers endpoints: its calls, and how its answers are read. */
export type EndpointApi = {
  readonly baseUrl: string;
  /** The values that `--owner` takes, where a key alone does not tell whose endpoints are meant. */
  readonly owner?: string;
  /** The permission that the key needs. */
  readonly permission: string;
  readonly authorize: (key: string) => Readonly<Record<string, string>>;
  /** The header under which a repeated POST is answered as the first was. */
  readonly idempotencyHeader?: string;
  /** A warning to the operator before an endpoint is created. */
  readonly caution?: string;
  /** Who makes the secret of a new endpoint. */
  readonly secretFrom: "us" | "provider";
  /** The name that ticks every type. */
  readonly everyType?: string;
  /** The provider's name of an event type or pattern of ours, where it has coarser ones. */
  readonly typeOf?: (type: string) => string;
  readonly list: (owner: string) => ApiCall;
  readonly endpoints: (answer: ApiAnswer) => readonly RegisteredEndpoint[];
  /** The query that gets the next page, where there is one. */
  readonly nextPage?: (answer: ApiAnswer) => Readonly<Record<string, string>> | undefined;
  readonly create: (given: NewEndpoint) => ApiCall;
  /** With the secret, where the provider makes it. The answer repeats ours, or shows asterisks: that is not read. */
  readonly created: (answer: ApiAnswer) => { readonly id: string; readonly secret?: string };
  /** Sets the types that it ticks, and switches it on where `switchesOn`. */
  readonly update: (id: string, types: readonly string[], owner: string) => ApiCall;
  readonly switchesOn: boolean;
  readonly remove: (id: string, owner: string) => ApiCall;
  /** The call that has the provider send a test delivery; without one, a text: the thing to do in its place. */
  readonly test: string | ((id: string, owner: string) => ApiCall);
};

type NewEndpoint = {
  readonly owner: string;
  readonly url: string;
  readonly types: readonly string[];
  /** Empty where the provider makes it. */
  readonly secret: string;
};

type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object in an answer. @throws {TypeError} Where it is none. */
export function fieldsOf(json: unknown): Fields {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Fields;
  throw new TypeError(`Cannot read the provider's answer: expected an object, received ${kindOf(json)}`);
}

/** The objects of a list in an answer. @throws {TypeError} Where it is none. */
export function listOf(json: unknown): readonly Fields[] {
  if (Array.isArray(json)) return json.map(fieldsOf);
  throw new TypeError(`Cannot read the provider's answer: expected a list, received ${kindOf(json)}`);
}

/** The texts of a list, or none. */
export function textsOf(json: unknown): readonly string[] {
  return Array.isArray(json) ? json.filter((one) => typeof one === "string") : [];
}

/** An id, as a text. @throws {TypeError} Where it is missing, or would name something else in a path. */
export function idOf({ id }: Fields): string {
  // "." and ".." are folders of a path, however they are encoded. A larger number has lost its last digits.
  if (typeof id === "string" && /^[\x21-\x7e]+$/.test(id) && !/^\.\.?$/.test(id)) return id;
  if (Number.isSafeInteger(id)) return String(id);
  const expected = "an endpoint with an id of visible ASCII, or a whole number";
  throw new TypeError(
    `Cannot read the provider's answer: expected ${expected}, received ${id === undefined ? "none" : `another ${kindOf(id)}`}`,
  );
}

/** A secret as a field, where an answer has one: neither a placeholder nor asterisks. */
export function secretOf(secret: unknown): { readonly secret?: string } {
  return typeof secret === "string" && !isUnset(secret) ? { secret } : {};
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `type ${typeof value}`;
}
