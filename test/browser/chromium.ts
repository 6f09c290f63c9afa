import process from "node:process";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import type { ServedStage } from "./served-stage.ts";

/** The browser; defaults to the place of Debian's package. */
export const { CHROMIUM: program = "/usr/bin/chromium" } = process.env;

/** A name that is not of this machine, and leads to it all the same: as after a DNS rebinding. */
export const rebound = "rebound.example";

export async function startChromium(): Promise<Browser> {
  // Chromium's own sandbox does not start for root, as which a container runs. It asks for nothing but these pages.
  // Text without coloured edges makes smaller pictures.
  const args = [
    "--disable-lcd-text",
    "--no-sandbox",
    "--no-proxy-server",
    `--host-resolver-rules=MAP ${rebound} 127.0.0.1`,
  ];
  return await chromium.launch({ executablePath: program, args });
}

type Look = { readonly colorScheme?: "light" | "dark"; readonly width?: number };

/** A browser without history in which somebody has opened the page at the address that the command printed. */
export async function opened(browser: Browser, { address }: ServedStage, look: Look = {}): Promise<BrowserContext> {
  const { colorScheme = "light", width = 1200 } = look;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
  const tab = await context.newPage();
  await tab.goto(address.href);
  await tab.close();
  return context;
}
