import type { Commands } from "./program.ts";
import { stageCommands } from "./stage-commands.ts";

/** The commands for those who use Hookline as a package: a stage is the local run, or a stack that `--stack` names. */
export const packageCommands: Commands = {
  start: async () => (await import("./start-app.ts")).startApp,
  send: async () => (await import("./send.ts")).send,
  ...stageCommands,
};
