import { defined } from "../bytes/defined.ts";
import { type Deadline, deadlineFor } from "../deadline.ts";
import { isObject } from "../events/strict-json.ts";
import { type Log, report } from "../log.ts";
import type { Refusal, Unavailable } from "../outcome.ts";
import type { Delivery } from "../provider.ts";
import type { AdmittedDelivery } from "../source.ts";
import { readBody } from "./body.ts";
import { type Admission, admit, limitOf } from "./find-source.ts";

/** The origin of a request, as the host knows it. An object of another kind, as Next passes, is ignored. */
export type From = {
  /** The IP address. */
  readonly address?: string;
  /** See {@linkcode Delivery}: the names of sent headers that no `Request` can hold. */
  readonly invalidHeaders?: readonly string[];
};

/** A delivery whose source is known and whose body is read. */
export type TakenDelivery = {
  readonly kind: "taken";
  readonly delivery: Delivery;
  readonly admitted: AdmittedDelivery;
  readonly deadline: Deadline;
};

/** Finds the source of a delivery whose body is there; an undefined body was parsed before. */
export function takeDelivery(
  delivery: Delivery | undefined,
  options: Admission & { readonly log?: Log },
): TakenDelivery | Refusal | Unavailable {
  if (delivery === undefined) {
    report(options.log, { level: "error", step: "verify", kind: "unavailable", reason: "body-parsed" });
    return { kind: "unavailable", reason: "body-parsed" };
  }
  const admitted = admit(delivery, options);
  if (admitted.kind === "refused") return admitted;
  return { kind: "taken", delivery, admitted, deadline: deadlineFor(admitted.source.provider) };
}

/**
 * Finds a request's source, then reads its body up to the source's limit; without a source nothing is read.
 *
 * @throws What the body's stream breaks with.
 */
export async function takeRequest(
  request: Request,
  from: From | object,
  options: Admission & { readonly log?: Log },
): Promise<TakenDelivery | Refusal | Unavailable> {
  const { log } = options;
  const { method, url, headers } = request;
  const known = isObject(from) ? from : {};
  const address = typeof known.address === "string" ? known.address : undefined;
  const invalid = Array.isArray(known.invalidHeaders) ? known.invalidHeaders : [];
  const invalidHeaders = invalid.filter((name) => typeof name === "string");
  const head = { method, url, headers, invalidHeaders, body: new Uint8Array(), ...defined({ address }) };
  const admitted = admit(head, options);
  if (admitted.kind === "refused") return admitted;
  const { name, source } = admitted;
  const deadline = deadlineFor(source.provider);
  const body = await readBody(request, limitOf(source, options), deadline.verify);
  if (body instanceof Uint8Array) return { kind: "taken", delivery: { ...head, body }, admitted, deadline };
  const at = { step: "verify", source: name } as const;
  if (body.kind === "refused") report(log, { level: "info", ...at, kind: "refused", reason: body.reason });
  else report(log, { level: "error", ...at, kind: "unavailable", reason: body.reason });
  return body;
}
