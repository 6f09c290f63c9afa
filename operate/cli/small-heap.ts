import { setFlagsFromString } from "node:v8";

/**
 * Has V8 collect before it asks for more memory. A search makes much that is short-lived: a list of 100,000 events took 308 MB
 * without these flags, and takes what docs/measured/archive.md says with them.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=20");
}
