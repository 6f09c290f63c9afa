import { after, before, describe } from "node:test";
import type { DedupeStore, ProcessingStore } from "../../lambdas/core/mod.ts";
import { testDedupeStore } from "./dedupe-store.ts";
import { testProcessingStore } from "./processing-store.ts";

/** A pair of stores, empty, and how to let go of them. */
type OpenStores = {
  readonly dedupe: DedupeStore;
  readonly processing: ProcessingStore;
  close?(): Promise<void> | void;
};

/** What every implementation of the two stores must do. Opens one pair and uses a key of its own in each test. */
export function storesContract(name: string, open: () => Promise<OpenStores> | OpenStores): void {
  describe(`stores: ${name}`, () => {
    let opened: OpenStores | undefined;
    const stores = () => {
      if (opened === undefined) throw new Error("The stores are not open");
      return opened;
    };

    before(async () => {
      opened = await open();
    });

    after(async () => {
      await opened?.close?.();
    });

    describe("ingress records", () => testDedupeStore(() => stores().dedupe));
    describe("processing records", () => testProcessingStore(() => stores().processing));
  });
}
