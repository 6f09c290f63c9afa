/** The facts that a provider needs: where to post, and which events. */
export type Registration = {
  readonly url: string;
  /** Event types by name, without patterns; empty where none is named. */
  readonly types: readonly string[];
  /** Every type: an `_other.ts` takes the types without a file, or only patterns are requested. */
  readonly all: boolean;
  /** The secret's name in Secrets Manager. */
  readonly secretName: string;
};

/**
 * The call that registers a source at its provider, lines to paste into a shell, or undefined where no such call is
 * known. Keys and secrets are variables of the shell, never text.
 */
export function registrationCall(provider: string, given: Registration): readonly string[] | undefined {
  return Object.hasOwn(calls, provider) ? calls[provider]?.(given) : undefined;
}

const calls: Readonly<Record<string, (given: Registration) => readonly string[]>> = {
  /** @see https://docs.stripe.com/api/webhook_endpoints/create */
  stripe: ({ url, types, all, secretName }) => [
    `# The answer, once, holds the secret ("secret": "whsec_…"): write it to ${secretName}, then delete the file.`,
    "curl --fail-with-body https://api.stripe.com/v1/webhook_endpoints \\",
    '  --header "Authorization: Bearer $STRIPE_API_KEY" \\',
    "  --output stripe-endpoint.json \\",
    ...[["url", url], ...(all ? ["*"] : types).map((type) => ["enabled_events[]", type])].map(
      ([field, value], index, { length }) =>
        `  --data-urlencode ${quoted(`${field}=${value}`)}${index < length - 1 ? " \\" : ""}`,
    ),
  ],

  /** @see https://docs.github.com/en/rest/repos/webhooks#create-a-repository-webhook */
  github: ({ url, types, all, secretName }) => [
    `# WEBHOOK_SECRET: what you write to ${secretName}. OWNER/REPO: the repository.`,
    "curl https://api.github.com/repos/OWNER/REPO/hooks \\",
    '  --header "Authorization: Bearer $GITHUB_TOKEN" \\',
    '  --header "Accept: application/vnd.github+json" \\',
    "  --data @- <<JSON",
    jsonWithSecret((secret) => ({
      name: "web",
      active: true,
      // GitHub calls a type one event whose actions make it finer: `issues` of `issues.opened`.
      events: all ? ["*"] : [...new Set(types.map((type) => type.split(".")[0]))],
      config: { url, content_type: "json", insecure_ssl: "0", secret },
    })),
    "JSON",
  ],

  /** @see https://docs.subquadratic.ai/docs/developer-tools/webhooks, whose title is "Hackmamba Docs" */
  hackmamba: ({ url, types, all, secretName }) => [
    `# WEBHOOK_SECRET: what you write to ${secretName}. As its documentation has it; not tried here.`,
    ...(all ? ["# Add the further types that you want: a wildcard is not documented."] : []),
    "curl https://api.hackmamba.com/v1/webhooks \\",
    '  --header "Authorization: Bearer $HACKMAMBA_API_KEY" \\',
    '  --header "Content-Type: application/json" \\',
    "  --data @- <<JSON",
    jsonWithSecret((secret) => ({ url, events: types, secret })),
    "JSON",
  ],
};

/** JSON for an unquoted here-document, in which the shell puts the secret: so it is in no argument that `ps` shows. */
function jsonWithSecret(body: (secret: string) => unknown): string {
  const mark = "WEBHOOK-SECRET-HERE";
  const text = JSON.stringify(body(mark)).replaceAll(/[\\$`]/g, "\\$&");
  return text.replace(mark, "$WEBHOOK_SECRET");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
