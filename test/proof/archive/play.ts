/**
 * Plays an archive on a whole local run, its function and a replay killed meanwhile: 2,000 events of 12 types. It takes some
 * minutes, since a batch that a killed function held comes back after its time.
 *
 *     node --import ./infra/require-node.js test/proof/archive/play.ts [--events N] [--seed N]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { seed } from "../../seed.ts";
import { playArchive } from "./whole.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "2000" }, seed: { type: "string" } } });
const from = Number(values.seed ?? seed);
console.log(`seed ${from}`);
const wrong = await playArchive({
  count: Number(values.events),
  seed: from,
  kills: true,
  tell: (line) => console.log(line),
});
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
