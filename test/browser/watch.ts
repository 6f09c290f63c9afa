import type { BrowserContext } from "playwright-core";

type Watched = {
  /** Requests for another host than the page's own. */
  readonly foreign: string[];
  /** Errors in the console, exceptions, and violations of the policy of content. */
  readonly errors: string[];
  /** Dialogs: a script that came with an event has run. */
  readonly dialogs: string[];
};

/** Watches the pages that a browser opens from now on. */
export async function watch(context: BrowserContext, own: URL): Promise<Watched> {
  const [foreign, errors, dialogs]: [string[], string[], string[]] = [[], [], []];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.host !== own.host && url.protocol !== "data:") foreign.push(url.href);
  });
  context.on("console", (line) => {
    const { url } = line.location();
    // The console has a line for the answer of a page that is not there, which is right.
    const isAnswer = /status of (400|404)/.test(line.text()) && url === line.page()?.url();
    if (line.type() === "error" && !isAnswer) errors.push(line.text());
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  context.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  return { foreign, errors, dialogs };
}
