import type { Commands } from "./program.ts";
import { stageCommands } from "./stage-commands.ts";

/** Every command of this repository. */
export const commands: Commands = {
  start: async () => (await import("./start.ts")).start,
  send: async () => (await import("./send.ts")).send,
  new: async () => (await import("./new.ts")).scaffold,
  examples: async () => (await import("./examples.ts")).examples,
  test: async () => (await import("./test.ts")).test,
  run: async () => (await import("./run.ts")).run,
  deploy: async () => (await import("./deploy.ts")).deploy,
  prove: async () => (await import("./prove.ts")).prove,
  ...stageCommands,
};
