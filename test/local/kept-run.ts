import process from "node:process";
import { formatLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";

// A local run that keeps its state, in a process of its own, so that a test can kill it. Arguments: folder, events.
const [folder = "", events = ""] = process.argv.slice(2);
const log = (report: Parameters<typeof formatLine>[0]) => console.log(formatLine(report));
await runLocal({ port: 0, folder, events, keep: true, fastRetries: true, log });
console.log("ready");
