import type { Effort } from "./rounds.ts";
import { comparisonTable } from "./tables.ts";

const sizes = [1000, 100_000] as const;
const ofObject = 100;

/** The time to the first content of a page in Chromium, beside that of a static file with the same bytes, style and script. */
export const firstContent = {
  name: "page",
  groups: () => sizes.length,
  async measure({ rounds, milliseconds, progress }: Effort): Promise<{ readonly text: string }> {
    // The other parts run without a browser.
    await import("../test/browser/require-chromium.ts");
    const { firstContents } = await import("../test/browser/speed.ts");
    const rows = [];
    for (const events of milliseconds === 0 ? [ofObject] : sizes) {
      const size = { objects: events / ofObject, each: ofObject, daily: ofObject };
      for (const { page, bytes, ofFile, ofPage } of await firstContents(size, rounds)) {
        const name = `${page}, ${Math.ceil(bytes / 1000)} KB, ${events.toLocaleString("en")} archived events, ms`;
        rows.push({ name, before: ofFile, after: ofPage });
      }
      progress(`${events} events`);
    }
    return { text: comparisonTable(rows, ["static file", "page"]) };
  },
};
