import { setFlagsFromString } from "node:v8";

/**
 * Has V8 collect before it asks for more memory. A search makes much that is short-lived: left alone, V8 would take 300 MB for
 * 100,000 events where 190 do (`docs/measured/archive.md`), and be no faster.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=20");
}
