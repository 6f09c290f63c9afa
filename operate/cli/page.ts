import { runFolder } from "../../local/local-run.ts";
import { servePage } from "../page/serve-page.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, stageWord, usageError } from "./command.ts";
import { asTyped } from "./runner.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { holdInterruptions } from "./terminal.ts";

const help = {
  name: "page",
  says: "serves a page of a stage's events on this machine, until Ctrl-C",
  takes: [stageWord],
  options: {
    port: { type: "string", value: "N", says: "the port of the page; 0 takes a free one", default: "0" },
    "read-only": { type: "boolean", says: "no button that changes anything" },
    ...stageOptions,
  },
  more: [
    stageHelp,
    "It listens on 127.0.0.1 alone, under a random name of this machine. Whoever has the printed address sees what you may see.",
  ],
  examples: ["", "prod"],
} as const;

/** For tests. */
type Given = StagePlaces & {
  /** Ends it; defaults to Ctrl-C. */
  readonly ended?: Promise<void>;
};

/**
 * Serves the page until it is ended.
 *
 * @throws {TypeError} For a stage that is not there, or has no archive.
 */
export const page: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [stageName], print }, given: Given = {}) => {
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw usageError(help, `--port takes a number from 0 to 65535, received "${values.port}"`);
    }
    const stage = await openStage(stageName, values, given);
    const held = holdInterruptions();
    try {
      print(stage.place);
      const served = await servePage(stage, {
        ...{ port, isReadOnly: values["read-only"], typed: asTyped },
        folder: given.folder ?? runFolder,
      });
      print(`the page is at ${served.url}`);
      await Promise.race([held.interruption, ...(given.ended === undefined ? [] : [given.ended])]);
      await served.close();
      return 0;
    } finally {
      held.release();
      stage.clients.close();
    }
  },
);
