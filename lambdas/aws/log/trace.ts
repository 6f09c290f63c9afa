import process from "node:process";
import type { SQSEvent } from "aws-lambda";
import { inAscii } from "../../core/events/envelope.ts";

/** The X-Ray header of the invocation that is running, `Root=…;Parent=…;Sampled=…`; undefined outside of Lambda. */
export function traceHeader(): string | undefined {
  const header = process.env._X_AMZN_TRACE_ID;
  return header === "" ? undefined : header;
}

/** The trace id in an X-Ray header: the same from the delivery to the last line of its processors. */
export function traceIdOf(header: string | undefined): string | undefined {
  return /(?:^|;)Root=([^;]+)/.exec(header ?? "")?.[1];
}

/** The trace of an event in the running batch. */
type Traces = {
  /** Notes the traces of a batch, in place of those of the batch before. */
  note(event: SQSEvent): void;
  /** The trace id of the event that a line's fields name; the invocation's own where they name none. */
  of(fields: Readonly<Record<string, unknown>>): string | undefined;
};

/**
 * A batch holds events of several deliveries, each with a trace of its own in `AWSTraceHeader`. A line names its event by
 * source and id, which are at the head of an envelope.
 */
export function createTraces(): Traces {
  const traces = new Map<string, string>();
  return {
    note({ Records }) {
      traces.clear();
      for (const { body, attributes } of Records) {
        const trace = traceIdOf(attributes.AWSTraceHeader);
        const head = /^\{"specversion":"1\.0","id":("(?:[^"\\]|\\.)*"),"source":("[^"\\]*")/.exec(body);
        if (trace !== undefined && head !== null) traces.set(`${head[2]} ${head[1]}`, trace);
      }
    },
    of({ source, id }) {
      return traces.get(`${quoted(source)} ${quoted(id)}`) ?? traceIdOf(traceHeader());
    },
  };
}

/** In the form that an envelope has. */
function quoted(value: unknown): string {
  return inAscii(JSON.stringify(value) ?? "");
}
