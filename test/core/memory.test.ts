import { storesContract } from "../contract/stores.ts";
import { createMemoryDedupe, createMemoryProcessing } from "./memory.ts";

storesContract("memory", () => ({ dedupe: createMemoryDedupe(), processing: createMemoryProcessing() }));
