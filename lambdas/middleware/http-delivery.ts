import type { MiddlewareObj } from "@middy/core";
import { fromHttpEvent, type HttpEvent, type HttpResult, toHttpResult } from "../aws/http/http-event.ts";
import { errorText } from "../core/bytes/error-text.ts";
import { checkOptions, type TableOf } from "../core/checks/options.ts";
import { report } from "../core/log.ts";
import { answer, type Outcome } from "../core/outcome.ts";
import type { Delivery, Provider } from "../core/provider.ts";
import { type CommonOptions, commonTable } from "../core/receiver-options.ts";

/** The fields that this middleware adds to the event. */
export type DeliveryEvent = HttpEvent & { delivery: Delivery; provider?: Provider };

/** Where it reports to. */
export type HttpDeliveryOptions = Pick<CommonOptions, "log">;

/** The options of `httpDelivery`. */
export const httpDeliveryTable: TableOf<HttpDeliveryOptions> = { log: commonTable.log };

/**
 * Before: the HTTP event becomes `event.delivery`, its body to the byte. After: the outcome of the handler becomes the
 * HTTP result. On error: 503, so that the provider retries.
 *
 * @throws {TypeError} At construction, for an option that is misspelt or of another kind.
 *
 * @example
 * ```ts
 * import { type DeliveryEvent, httpDelivery } from "@hookline/hookline/middleware";
 * import middy from "@middy/core";
 *
 * export const lambda = middy()
 *   .use(httpDelivery())
 *   .handler(async ({ delivery }: DeliveryEvent) => {
 *     console.log(delivery.url, delivery.body.length);
 *     return { kind: "ignored", events: [] };
 *   });
 * ```
 */
export function httpDelivery(options: HttpDeliveryOptions = {}): MiddlewareObj<DeliveryEvent, Outcome | HttpResult> {
  checkOptions(httpDeliveryTable, options, { doing: "make middleware httpDelivery" });
  return {
    before: function httpDeliveryBefore(request) {
      request.event.delivery = fromHttpEvent(request.event);
    },
    after: function httpDeliveryAfter(request) {
      const outcome = request.response as Outcome;
      request.response = toHttpResult(answer(outcome, request.event.provider?.answer), request.event);
    },
    onError: function httpDeliveryOnError(request) {
      report(options.log, { level: "error", step: "answer", kind: "unavailable", error: errorText(request.error) });
      request.response = toHttpResult(
        answer({ kind: "unavailable", reason: "internal", cause: request.error }),
        request.event,
      );
    },
  };
}
