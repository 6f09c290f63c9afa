// What a local run starts in an execution environment: Lambda's runtime, tied to the life of the run.
// The parent holds the other end of stdin; it closes with the parent, even after kill -9.
process.stdin
  .once("end", () => process.exit(0))
  .once("error", () => process.exit(0))
  .resume();
// Unreferenced, so that a run that waits for nothing ends the process (code 13 under Node), as on AWS.
process.stdin.unref?.();
// Ctrl-C reaches the whole process group; the parent decides when a run ends.
process.on("SIGINT", () => {});

await import("../../infra/build/deno-layer/runtime.js");
