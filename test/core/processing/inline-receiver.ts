import { createHmac } from "node:crypto";
import { at, parseJson } from "../../../lambdas/core/events/fields.ts";
import type { Log } from "../../../lambdas/core/log.ts";
import {
  createReceiver,
  type Delivery,
  defineProvider,
  type InlineReceiverOptions,
  type Provider,
} from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { secret } from "../deliveries.ts";
import { lineOf } from "../lines.ts";
import { createClock, createMemoryProcessing } from "../memory.ts";

/** Sends its events in a list, each `{ id, type, live }`. */
export const acme: Provider = defineProvider({
  name: "acme",
  title: "Acme",
  coversBody: true,
  answerWithinSeconds: 20,
  retryHours: 24,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "acme-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: ({ body }) => {
    const items = parseJson(body);
    if (!Array.isArray(items)) return [{}];
    return items.map((item: { readonly id: string; readonly type: string; readonly live?: boolean }) => ({
      id: item.id,
      type: item.type,
      livemode: at(item, "/live") !== false,
      body: new TextEncoder().encode(JSON.stringify(item)),
    }));
  },
});

/** A signed delivery of Acme's. */
export function acmeDelivery(...items: readonly object[]): Delivery {
  const body = new TextEncoder().encode(JSON.stringify(items));
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = new Headers({ "content-type": "application/json", "acme-signature": signature });
  return { method: "POST", url: "https://hooks.example/acme", headers, body };
}

export type Answered = { readonly status: number; readonly retryAfter: string | null; readonly body: unknown };

/** A receiver that runs handlers, its store in memory: `deliver` goes through Request and Response. */
export function createInlineReceiver<Payloads>(
  given: Omit<InlineReceiverOptions<Payloads>, "sources" | "processing"> & {
    readonly processing?: InlineReceiverOptions["processing"];
  },
) {
  const clock = createClock();
  const store = createMemoryProcessing();
  const lines: string[] = [];
  let awaited: { readonly start: string; readonly resolve: () => void }[] = [];
  const log: Log = (entry) => {
    const text = lineOf(entry);
    if (entry.level !== "debug") lines.push(text);
    for (const { start, resolve } of awaited) if (text.startsWith(start)) resolve();
    awaited = awaited.filter(({ start }) => !text.startsWith(start));
  };
  /** Resolves once a line starts so, or has. */
  const line = async (start: string) => {
    if (lines.some((text) => text.startsWith(start))) return;
    await new Promise<void>((resolve) => awaited.push({ start, resolve }));
  };
  const source = (provider: Provider) => ({ provider, secrets: async () => [secret] });
  const receiver = createReceiver<Payloads>({
    sources: { github: source(github), acme: source(acme), "acme-live": { ...source(acme), liveOnly: true } },
    processing: store,
    now: clock.now,
    log,
    ...given,
  });
  const deliver = async ({ url, method, headers, body }: Delivery): Promise<Answered> => {
    const response = await receiver(new Request(url, { method, headers, body }));
    const text = await response.text();
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body: JSON.parse(text) };
  };
  return { clock, store, lines, line, deliver };
}
