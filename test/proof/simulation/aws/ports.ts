import { createHash } from "node:crypto";
import type { ClaimCheck } from "../../../../lambdas/aws/s3/claim-check.ts";
import type { DedupeStore, EventQueue, IngressRecord, ProcessingStore } from "../../../../lambdas/core/mod.ts";
import type { MemoryProcessing } from "../../../core/memory.ts";
import type { Perform } from "./calls.ts";

type Expire = <R extends { readonly expires: Date }>(records: Map<string, R>, key: string) => void;

/** Performs calls on the record of a key, which may have expired by then. */
function performedOn<R extends { readonly expires: Date }>(
  store: string,
  records: Map<string, R>,
  perform: Perform,
  expire: Expire,
) {
  return async <T>(point: string, key: string, work: () => Promise<T>) =>
    await perform(
      `${store}.${point}`,
      () => {
        expire(records, key);
        return work();
      },
      { detail: key },
    );
}

/** Ingress records whose every call goes its fated way. */
export function performedDedupe(
  store: DedupeStore & { readonly records: Map<string, IngressRecord> },
  perform: Perform,
  expire: Expire,
): DedupeStore {
  const on = performedOn("dedupe", store.records, perform, expire);
  return {
    claim: (key, mine) => on("claim", key, () => store.claim(key, mine)),
    read: (key) => on("read", key, () => store.read(key)),
    mark: (key, mine) => on("mark", key, () => store.mark(key, mine)),
    reopen: (key, expires) => on("reopen", key, () => store.reopen(key, expires)),
  };
}

/** Processing records whose every call goes its fated way. */
export function performedProcessing(store: MemoryProcessing, perform: Perform, expire: Expire): ProcessingStore {
  const on = performedOn("processing", store.records, perform, expire);
  return {
    claim: (key, mine) => on("claim", key, () => store.claim(key, mine)),
    read: (key) => on("read", key, () => store.read(key)),
    end: (key, owner, as) => on("end", key, () => store.end(key, owner, as)),
  };
}

/** Queues whose every send goes its fated way, on top of what becomes of the client's calls below it. */
export function performedQueues(queue: EventQueue, perform: Perform): EventQueue {
  return {
    wants: (source, type, coarseType) => queue.wants(source, type, coarseType),
    send: (name, events, signal) =>
      perform(`queue.send ${name}`, () => queue.send(name, events, signal), { signal, own: true }),
  };
}

/** A bucket whose every call goes its fated way. */
export function performedBucket(bucket: Map<string, Uint8Array<ArrayBuffer>>, perform: Perform): ClaimCheck {
  return {
    async deposit({ source, body }, signal) {
      const reference = `claims/${source}/${createHash("sha256").update(body).digest("base64url")}`;
      const put = () => void bucket.set(reference, new Uint8Array(body));
      await perform("bucket.deposit", put, { signal });
      return reference;
    },
    async collect(reference, signal) {
      const get = () => {
        const body = bucket.get(reference);
        if (body === undefined) throw new Error("The bucket holds no such object");
        return body;
      };
      return await perform("bucket.collect", get, { signal });
    },
  };
}
