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

/** Forms with a token of their own: what a page shows does not tell the cookie. */
export function createForms({ isReadOnly }: { readonly isReadOnly: boolean }): Forms {
  const token = unguessable();
  const form: Forms["form"] = (to, content) =>
    isReadOnly
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
      if (context.req.method === "GET" || context.req.method === "HEAD") return await next();
      if (isReadOnly) return context.text("This page is read-only\n", 403);
      const { form: given = "" } = await fieldsOf(context);
      if (!isEqual(given, token)) {
        return context.text("This form is not of this run; load the page again\n", 403);
      }
      return await next();
    },
  };
}

/** The fields of a form that was posted. A file in its place is none. */
export async function fieldsOf(context: Context): Promise<Readonly<Record<string, string>>> {
  const fields = Object.entries(await context.req.parseBody());
  return Object.fromEntries(fields.filter((one): one is [string, string] => typeof one[1] === "string"));
}
