// Each test file is a process of its own: what one has compiled, the others need not.
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/hookline", import.meta.url)));
