// Kills what is left of our children when the parent is gone. A child whose thread is busy cannot see its own stdin
// close; this process does nothing else, so it can. Reads "+pid" and "-pid" lines, acts when the input ends.
import { createInterface } from "node:readline";

const watched = new Set();
process.on("SIGINT", () => {}); // Ctrl-C reaches the whole process group, and the parent first ends its children
createInterface({ input: process.stdin })
  .on("line", (line) => (line[0] === "+" ? watched.add(Number(line.slice(1))) : watched.delete(Number(line.slice(1)))))
  .once("close", () => {
    for (const pid of watched) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // already gone
      }
    }
  });
