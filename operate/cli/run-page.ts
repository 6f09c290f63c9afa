import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { runFolder } from "../../local/local-run.ts";
import type { Print } from "./command.ts";
import { missingPackages } from "./missing-packages.ts";
import { asTyped } from "./runner.ts";

/** Serves the page of the run that is on, and prints its address; without it the run goes on. */
export async function serveRunPage(print: Print): Promise<{ close(): Promise<void> } | undefined> {
  try {
    // Clients of AWS, too, are packages that a run needs for its page alone.
    const [{ servePage }, { findStage }] = await Promise.all([
      import("../page/serve-page.ts"),
      import("../stage/find-stage.ts"),
    ]);
    const stage = await findStage({ local: true }, {});
    const served = await servePage(stage, { port: 0, isReadOnly: false, typed: asTyped, folder: runFolder });
    print(`The page is at ${served.url}`);
    return {
      async close() {
        await served.close();
        stage.clients.close();
      },
    };
  } catch (error) {
    print(`The page is not served: ${errorText(missingPackages("page", error))}`, "yellow");
    return undefined;
  }
}
