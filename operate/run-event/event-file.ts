import { type DepositedEvent, fromEnvelope, type WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { eventsOf } from "../../lambdas/core/events/identity.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { stamp } from "../samples/sample.ts";

/**
 * The events in the bytes of a file: that of an envelope, as `dlq show --save` writes it, or those of a payload, as they are
 * when the provider posts it, signed with a secret of this moment.
 *
 * @throws {TypeError} For an envelope whose body lies in the bucket, and a payload that is no event of the provider.
 */
export async function readEvents(
  bytes: Uint8Array<ArrayBuffer>,
  { source, type, provider }: { readonly source: string; readonly type: string; readonly provider: Provider },
): Promise<readonly WebhookEvent[]> {
  const queued = fromEnvelope(new TextDecoder().decode(bytes));
  if (queued !== undefined) return [withBody(queued)];
  const url = `http://127.0.0.1/${source}`;
  const unsigned = stamp(provider, { url, body: bytes, id: `run-${crypto.randomUUID()}`, type }, true);
  const { secret, signingSecret = secret, documents = {} } = newSecret(provider);
  const now = new Date();
  const signed = await sign(unsigned, { provider, secret: signingSecret, now, url });
  const fetch = async (address: string) => new Response(documents[address]);
  const verified = await verify(signed, { provider, secrets: [secret], now, url, fetch });
  if (verified.kind === "verified") return [...eventsOf(verified, { source, provider, received: now })];
  throw new TypeError(`Cannot run the event: the file has no payload that ${provider.title} posts as an event`);
}

function withBody(event: WebhookEvent | DepositedEvent): WebhookEvent {
  if ("body" in event) return event;
  throw new TypeError("Cannot run the event: its envelope has no body, which lies in the bucket; give the payload");
}
