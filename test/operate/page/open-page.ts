import assert from "node:assert/strict";
import { page } from "../../../operate/cli/page.ts";
import type { StagePlaces } from "../../../operate/stage/find-stage.ts";
import { type Ask, browse } from "./browse.ts";

/** A page that the command serves, in a browser. */
export type OpenPage = {
  /** The address that the command has printed, with the token. */
  readonly address: URL;
  readonly ask: Ask;
  /** Ends the command, as Ctrl-C does. */
  close(): Promise<void>;
};

/** Runs `hookline page`, and opens the address that it prints. */
export async function openPage(args: readonly string[], places: StagePlaces): Promise<OpenPage> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const printed = Promise.withResolvers<string>();
  const says = "the page is at ";
  const print = (line: string) => void (line.startsWith(says) && printed.resolve(line.slice(says.length)));
  const served = page(args, print, { ...places, ended });
  served.catch(printed.reject);
  const address = new URL(await printed.promise);
  return {
    address,
    ask: await browse(address),
    async close() {
      end();
      assert.equal(await served, 0);
    },
  };
}
