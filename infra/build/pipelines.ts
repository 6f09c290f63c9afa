import type { EventFile } from "./event-files.ts";

/** A pipeline as the committed file knows it. */
type Pipeline = {
  /** The suffix of its queue and DLQ, after the stage's prefix. */
  readonly queue: string;
  /** No longer routed: its event file may be deleted once queue and DLQ are empty. */
  readonly retired?: true;
};

/** Every pipeline by the name of its event file, `<source>/<type>`: what `infra/pipelines.json` holds. */
export type Pipelines = Readonly<Record<string, Pipeline>>;

/** The pipelines that these event files make, in order of their names. */
export function pipelinesOf(events: readonly EventFile[]): Pipelines {
  const entries = events.map(({ name, queue, options }) => {
    const pipeline: Pipeline = options.retired === true ? { queue, retired: true } : { queue };
    return [name, pipeline] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Checks that going from the committed pipelines to these loses no event: removing a pipeline takes two deploys. The
 * first stops routing to it (`retired: true`), the second removes what is then empty. One deploy would not do:
 * CloudFormation deletes in its clean-up phase, after the verifier's new version is live, but what is in the queue at
 * that moment would be lost.
 *
 * @throws {TypeError} When a pipeline is gone that was not retired, or its queue has another name.
 */
export function checkPipelines(committed: Pipelines, present: Pipelines): void {
  const gone = Object.entries(committed).flatMap(([name, { retired }]) =>
    present[name] === undefined && retired !== true ? [name] : [],
  );
  const wrong = Object.entries(committed).flatMap(([name, { queue }]) => {
    const now = present[name];
    return now === undefined || now.queue === queue ? [] : [renamed(name, queue, now.queue)];
  });
  const all = gone.length === 0 ? wrong : [vanished(gone), ...wrong];
  if (all.length > 0) throw new TypeError(all.join("\n"));
}

function vanished(names: readonly string[]): string {
  const files = names.map((name) => `${name}.ts`).join(", ");
  return `Cannot remove ${files}: events may be in the queue or DLQ, and the event file was not retired. Put each file back with \`retired: true\` in its options, deploy every stage, wait until queue and DLQ are empty, then delete it. Where no stage was ever deployed, delete infra/pipelines.json instead`;
}

function renamed(name: string, from: string, to: string): string {
  return `Cannot rename the queue of ${name} from "${from}" to "${to}": CloudFormation would make a new one and leave the events in the old. Names of queues are permanent: have infra/build/event-files.ts make "${from}" again, or retire this file and give a new one its event type in options.types`;
}
