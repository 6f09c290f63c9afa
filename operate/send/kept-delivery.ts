import { Buffer } from "node:buffer";
import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import type { DeliveryFacts, KeptDelivery } from "../../local/entrances/kept-deliveries.ts";
import type { LocalRun } from "../../local/local-run.ts";
import type { Receiver } from "./sample-delivery.ts";

/** Headers that belong to a connection, and not to what was sent: the client writes its own. */
const ofConnection = /^(host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect)$/;

/**
 * The latest delivery that the local run has kept, or the latest one of an event.
 *
 * @throws {Error} Where it has none.
 */
export async function findKept({ deliveries }: Pick<LocalRun, "deliveries">, id?: string): Promise<KeptDelivery> {
  const found = (await keptFacts({ deliveries })).find((one) => id === undefined || one.id === id);
  const kept = found === undefined ? undefined : await keptWithNumber({ deliveries }, found.number);
  if (kept !== undefined) return kept;
  const missing = id === undefined ? "no delivery" : `no delivery of an event "${id}"`;
  throw new Error(`Cannot find the delivery: the local run has kept ${missing}; it keeps the last 500, while it is on`);
}

/** Facts of the deliveries that the local run has kept, the latest first. */
export async function keptFacts({ deliveries }: Pick<LocalRun, "deliveries">): Promise<readonly DeliveryFacts[]> {
  return (await ask(deliveries)) as readonly DeliveryFacts[];
}

/** A delivery by its number; undefined where the local run does not have it, or not any more. */
export async function keptWithNumber(
  { deliveries }: Pick<LocalRun, "deliveries">,
  number: number,
): Promise<KeptDelivery | undefined> {
  return (await ask(`${deliveries}/${number}`)) as KeptDelivery | undefined;
}

/** Undefined where it is not there. */
async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url);
  if (answer.ok) return await answer.json();
  if (answer.status === 404) return undefined;
  throw new Error(`Cannot find the delivery: the local run answers ${answer.status} to a question for its deliveries`);
}

/** A kept delivery as it came, to the run's own entrance. */
export function asItCame({ method, target, headers, body }: KeptDelivery, functionUrl: string): Delivery {
  return {
    method,
    url: new URL(functionUrl).origin + target,
    headers: new Headers(
      headers.filter(([name]) => !ofConnection.test(name)).map(([name, value]): [string, string] => [name, value]),
    ),
    body: new Uint8Array(Buffer.from(body, "base64")),
  };
}

/** A kept delivery signed anew, for another receiver. */
export async function signedAnew(delivery: Delivery, provider: Provider, { url, secret }: Receiver): Promise<Delivery> {
  const headers = new Headers(delivery.headers);
  // A signature would be added to the one that is there.
  for (const name of signatureHeaders(provider)) headers.delete(name);
  return await sign({ ...delivery, headers, url }, { provider, secret, now: new Date(), url });
}

function signatureHeaders({ verification }: Provider): readonly string[] {
  if (typeof verification !== "object") return [];
  return [verification.signature, verification.timestamp ?? []]
    .flat()
    .flatMap((value) => ("header" in value ? [value.header] : []));
}
