import { type Acting, eventsText, type Report, restText, withWanted } from "./acting.ts";
import { type DeadEvents, withDeadEvents } from "./dead-events.ts";
import type { Pipeline, Place } from "./dlq-place.ts";
import { saveAll } from "./save.ts";

/** Saves the wanted dead events of some processors into a folder. */
export async function saveWanted(
  pipelines: readonly Pipeline[],
  { place, filter, most, signal, readMore }: Acting,
  folder: string,
): Promise<Report> {
  const lines: string[] = [];
  let count = 0;
  for (const pipeline of pipelines) {
    await withDeadEvents(place, pipeline, filter, { most, signal }, async (found) => {
      lines.push(...(await saveFound(found, place, folder)));
      count += found.events.length;
      lines.push(...restText(pipeline.name, found, { most, readMore }));
    });
  }
  const saved = count === 0 ? "no dead event to save" : savedText(count, folder);
  return { isDone: count > 0, lines: [...lines, saved] };
}

/**
 * Saves the wanted dead events of a processor, and removes them from its DLQ where `mayDrop` agrees: it gets the lines that tell
 * what was saved, and the number. A stop leaves the rest in the DLQ.
 */
export async function dropWanted(
  pipeline: Pipeline,
  acting: Acting,
  folder: string,
  mayDrop: (lines: readonly string[], count: number) => Promise<boolean>,
): Promise<Report> {
  const { name } = pipeline;
  const { place, signal, progress } = acting;
  return await withWanted(pipeline, acting, async (found) => {
    const count = found.events.length;
    const gone = await saveFound(found, place, folder);
    if (!(await mayDrop([...gone, savedText(count, folder)], count))) return { isDone: false, lines: [] };
    let dropped = 0;
    for (const event of found.events) {
      if (signal.aborted) break;
      await found.remove(event);
      dropped += 1;
      progress(dropped, count);
    }
    if (dropped === count) return { isDone: true, lines: [`dropped ${eventsText(count)} of ${name}`] };
    return {
      isDone: false,
      lines: [`dropped ${dropped} of ${eventsText(count)} of ${name}; the rest stays in the DLQ`],
    };
  });
}

async function saveFound(
  { events }: Pick<DeadEvents, "events">,
  place: Pick<Place, "body">,
  folder: string,
): Promise<readonly string[]> {
  const gone = await saveAll(events, folder, place);
  return gone.map((deposit) => `saved without its body, which is no more in the bucket: ${deposit}`);
}

function savedText(count: number, folder: string): string {
  return `saved ${eventsText(count)} into ${folder}`;
}
