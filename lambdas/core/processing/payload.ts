import type { WebhookEvent } from "../events/envelope.ts";
import { readJson } from "../events/json-pointer.ts";
import type { ParsedBody } from "../events/read-delivery.ts";
import { PermanentError } from "./processor.ts";

/** The longest part of a content type in a message, since a sender wrote it. */
const mostCharacters = 100;

/**
 * The JSON of an event's body. Undefined where it is not JSON and its content type is another one: a form, XML, a text.
 *
 * @param parsed What verification has parsed: it is taken where the event's body is the whole delivery's.
 *
 * @throws {PermanentError} Where it is none though it should be, since a retry has no chance.
 */
export function payloadOf(
  { body, contentType = "" }: Pick<WebhookEvent, "body" | "contentType">,
  parsed?: ParsedBody,
): unknown {
  const { json } = (parsed?.body === body ? parsed.take() : undefined) ?? readJson(body);
  if (json !== undefined) return json;
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "") throw new PermanentError("Cannot read payload: the body is no JSON, and it has no content type");
  if (!/^(application|text)\/json$|\+json$/.test(type)) return undefined;
  const told = type.slice(0, mostCharacters);
  throw new PermanentError(`Cannot read payload: the body is no JSON, though its content type is ${told}`);
}
