// Standard Webhooks and what is built on it.

/** The URL of a package is not known where this is written: it is installed elsewhere. @param {string} name */
const load = (name) => import(name);

/** @param {import("./sdks.js").Asked} asked */
const webRequest = ({ headers, body }) => new Request("https://hooks.example/", { method: "POST", headers, body });

/** @param {() => unknown} unwrap Throws a SyntaxError behind a right signature alone. */
async function unlessNoJson(unwrap) {
  try {
    await unwrap();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return true;
}

/** @type {Readonly<Record<string, import("./sdks.js").Sdk>>} */
export const standardSdks = {
  "standard-webhooks": {
    package: "standardwebhooks",
    takes: "bytes",
    async open() {
      const { Webhook } = await load("standardwebhooks");
      return {
        verify({ headers, body }, [secret]) {
          new Webhook(secret).verify(body, headers, { jsonParse: false });
          return true;
        },
        sign: ({ now, seconds, text }, secret) => ({
          "webhook-id": "msg_1",
          "webhook-timestamp": `${seconds}`,
          "webhook-signature": new Webhook(secret).sign("msg_1", now, text),
        }),
      };
    },
  },
  svix: {
    package: "svix",
    takes: "bytes",
    async open() {
      const { Webhook } = await load("svix");
      return {
        verify({ headers, body }, [secret]) {
          new Webhook(secret).verify(body, headers);
          return true;
        },
        sign: ({ now, seconds, text }, secret) => ({
          "svix-id": "msg_1",
          "svix-timestamp": `${seconds}`,
          "svix-signature": new Webhook(secret).sign("msg_1", now, text),
        }),
      };
    },
  },
  clerk: {
    package: "@clerk/backend",
    takes: "bytes",
    async open() {
      const { verifyWebhook } = await load("@clerk/backend/webhooks");
      return {
        async verify(asked, [signingSecret]) {
          await verifyWebhook(webRequest(asked), { signingSecret });
          return true;
        },
      };
    },
  },
  polar: {
    package: "@polar-sh/sdk",
    takes: "bytes",
    async open() {
      const { webhooks } = await load("@polar-sh/sdk/2026-10");
      return {
        async verify({ headers, body }, [secret]) {
          try {
            await webhooks.validateEvent(body, headers, secret);
          } catch (error) {
            if (!(error instanceof webhooks.PolarWebhookError)) throw error;
            // The other errors are those of the content, behind a right signature.
            if (error instanceof webhooks.PolarWebhookVerificationError) throw error;
          }
          return true;
        },
      };
    },
  },
  openai: {
    package: "openai",
    takes: "text",
    async open() {
      const { default: OpenAI } = await load("openai");
      const client = new OpenAI({ apiKey: "sk-of-a-test" });
      return {
        async verify({ headers, text }, [secret]) {
          await client.webhooks.verifySignature(text, headers, secret);
          return true;
        },
      };
    },
  },
  whop: {
    package: "@whop/sdk",
    takes: "text",
    async open() {
      const { default: Whop } = await load("@whop/sdk");
      const client = new Whop({ apiKey: "of-a-test" });
      return {
        // As Whop's guide has it: the secret is put into base64 first.
        verify: ({ headers, text }, [secret = ""]) =>
          unlessNoJson(() => client.webhooks.unwrap(text, { headers, key: btoa(secret) })),
      };
    },
  },
};
