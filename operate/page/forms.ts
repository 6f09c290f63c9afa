import type { Context, MiddlewareHandler } from "hono";
import { html } from "hono/html";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { unguessable } from "../../local/aws/guard.ts";
import { isEqual } from "./guard.ts";
import type { Html } from "./shell.ts";

/** The forms by which a page acts. A read-only page has none, and takes none. */
export type Forms = {
  readonly isReadOnly: boolean;
  /** A form that posts `content` to a path of this page. */
  form(to: string, content: Html): Html | "";
  /** A button that posts fields which one does not see. */
  button(to: string, says: string, fields?: Readonly<Record<string, string | undefined>>): Html | "";
  /** Refuses a POST that no form of this run has made. */
  readonly guard: MiddlewareHandler;
};

/** Paths of forms that change nothing of the stage: a read-only page has them, too. */
const harmless = /^\/job\/\d+\/stop$/;

/** Forms with a token of their own: what a page shows does not tell the cookie. */
export function createForms({ isReadOnly }: { readonly isReadOnly: boolean }): Forms {
  const token = unguessable();
  const form: Forms["form"] = (to, content) =>
    isReadOnly && !harmless.test(to)
      ? ""
      : html`<form method="post" action="${to}"><input type="hidden" name="form" value="${token}">${content}</form>`;
  return {
    isReadOnly,
    form,
    button: (to, says, fields = {}) =>
      form(
        to,
        html`${Object.entries(defined(fields)).map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
        )}<button>${says}</button>`,
      ),
    guard: async (context, next) => {
      if (context.req.method === "GET") return await next();
      if (isReadOnly && !harmless.test(context.req.path)) return context.text("This page is read-only\n", 403);
      const { form: given = "" } = await fieldsOf(context);
      if (!isEqual(given, token)) {
        return context.text("This form is not of this run; load the page again\n", 403);
      }
      return await next();
    },
  };
}

/** The fields of a form that was posted. A file in its place is none. @throws {TypeError} Where its text is no form. */
export async function fieldsOf(context: Context): Promise<Readonly<Record<string, string>>> {
  const body = await context.req.parseBody().catch((cause: unknown) => {
    throw new TypeError("Cannot read the form: expected fields as a browser sends them, received a text without them", {
      cause,
    });
  });
  const fields = Object.entries(body);
  return Object.fromEntries(fields.filter((one): one is [string, string] => typeof one[1] === "string"));
}
