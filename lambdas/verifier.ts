import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type { HttpEvent, HttpResult } from "./aws/http/http-event.ts";
import { defined } from "./core/bytes/defined.ts";
import { enqueueAll } from "./core/ingress/accept.ts";
import type { ReceiverOptions } from "./core/receiver-options.ts";
import { type ClaimedDeliveryEvent, dedupe } from "./middleware/dedupe.ts";
import { httpDelivery } from "./middleware/http-delivery.ts";
import { verification } from "./middleware/verification.ts";

/** A Lambda function for a function URL or an HTTP API. */
export type HttpLambda = (event: HttpEvent, context: Context) => Promise<HttpResult>;

/** The one HTTP Lambda: verify, dedupe, enqueue, and on the way back mark and answer. */
export function verifier(options: ReceiverOptions): HttpLambda {
  const { sources, queue, now, log, basePath, bodyLimitBytes } = options;
  const given = defined({ log, now });
  // timeoutEarly answers while the handler still runs: what it has not finished would resume in a later invocation.
  const chain = middy({ timeoutEarlyInMillis: 0 })
    .use(httpDelivery(defined({ log })))
    .use(verification({ sources, ...given, ...defined({ basePath, bodyLimitBytes }) }))
    .use(dedupe({ dedupe: options.dedupe, queue, ...given }))
    .handler(({ claims, deadline }: ClaimedDeliveryEvent) => enqueueAll(claims, { queue, log, deadline }));
  // Two parameters: Lambda takes a function of three for one that wants a callback, and Node 24 refuses it.
  return (event, context) => chain(event as ClaimedDeliveryEvent, context) as unknown as Promise<HttpResult>;
}
