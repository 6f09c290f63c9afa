import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { startChromium } from "./chromium.ts";
import { type ServedStage, serveStage } from "./served-stage.ts";
import { usualStage } from "./usual-stage.ts";

/** A served stage, and a browser. */
type Suite = { served: ServedStage; browser: Browser };

/** Serves a stage and starts a browser before the tests of the suite that calls it, and ends both behind them. */
export function withBrowser(contentOf: typeof usualStage = usualStage): Readonly<Suite> {
  const suite: Partial<Suite> = {};
  before(async () => {
    suite.served = await serveStage(contentOf(Date.now()));
    suite.browser = await startChromium();
  });
  after(async () => {
    await suite.browser?.close();
    await suite.served?.close();
  });
  // Its tests run once both are there.
  return suite as Suite;
}
