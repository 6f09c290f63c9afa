import type { Provider } from "../core/provider.ts";
import { github } from "./github.ts";

export { github };

/** Every provider that comes with Hookline, by name. */
export const providers: Readonly<Record<string, Provider>> = { github };
