import { sectionFor } from "../runbook/runbook.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, stageWord } from "./command.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";

/**
 * Prints the runbook's section of an alarm, with the names of a stage filled in.
 *
 * @throws {TypeError} For an alarm that there is none of.
 */
export const runbook: Command<[places: StagePlaces]> = command(
  {
    name: "runbook",
    says: "prints what an alarm means, and the commands to look and to act, with the names of a stage filled in",
    takes: [stageWord, "<alarm>"],
    options: stageOptions,
    more: [stageHelp, "<alarm> is an alarm's name, or its end: dlq-not-empty."],
    examples: ["dlq-not-empty", "prod hookline-prod-github-push-dlq-not-empty"],
  },
  async ({ values, taken: [stageName, alarm = ""], print }, places: StagePlaces = {}) => {
    const stage = await openStage(stageName, values, places);
    try {
      print(stage.place);
      for (const line of sectionFor(alarm, stage)) {
        if (!line.startsWith("```")) print(line.replaceAll("**", ""));
      }
      return 0;
    } finally {
      stage.clients.close();
    }
  },
);
