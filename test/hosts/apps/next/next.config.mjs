import { fileURLToPath } from "node:url";

// Where node_modules is, since lock files lie further up, too.
export default { turbopack: { root: fileURLToPath(new URL("../..", import.meta.url)) } };
