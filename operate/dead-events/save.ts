import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../scaffold/files.ts";
import type { DeadEvent } from "./dead-event.ts";
import type { Place } from "./dlq-place.ts";

/** Writes the envelope of a dead event. The file is its owner's alone: it holds the payload. */
export function saveEnvelope({ letter }: DeadEvent, file: string): void {
  writeFileSync(file, letter.Body ?? "", { mode: 0o600 });
}

/**
 * Writes events into a folder, which is made where it is not there: an envelope as `<id>-<message>.json`, and a body that was too
 * large for its queue as `<id>-<message>.json.body`.
 *
 * @returns The bodies that are in the bucket no more.
 */
export async function saveAll(
  events: readonly DeadEvent[],
  folder: string,
  { body }: Pick<Place, "body">,
): Promise<readonly string[]> {
  makeFolder(folder, 0o700);
  const gone: string[] = [];
  for (const dead of events) {
    const { event, id, letter } = dead;
    // An id is the provider's text: no part of it may be a path, or longer than a file's name.
    const file = join(folder, `${id.replaceAll(/[^\w-]/g, "_").slice(0, 100)}-${letter.MessageId}.json`);
    saveEnvelope(dead, file);
    if (event === undefined || "body" in event) continue;
    const bytes = await body(event.deposit);
    if (bytes === undefined) gone.push(event.deposit);
    else writeFileSync(`${file}.body`, bytes, { mode: 0o600 });
  }
  return gone;
}
