// Each room of tests is a process of its own, and so is each command that they run: what one has compiled, the others need not.
import { enableCompileCache } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";

const compiled = fileURLToPath(new URL("../node_modules/.cache/hookline", import.meta.url));
enableCompileCache(compiled);
process.env.NODE_COMPILE_CACHE = compiled;
// CDK's rules on a template take most of a synth. `npm run synth` has them, and test/infra/findings.test.ts.
process.env.CDK_VALIDATION = "false";
