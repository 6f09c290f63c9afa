// One signature in a header, by a secret that both sides know.

/** The URL of a package is not known where this is written: it is installed elsewhere. @param {string} name */
const load = (name) => import(name);

/** @type {Readonly<Record<string, import("./sdks.js").Sdk>>} */
export const hmacSdks = {
  github: {
    package: "@octokit/webhooks-methods",
    takes: "text",
    secrets: Number.POSITIVE_INFINITY,
    async open() {
      const { sign, verifyWithFallback } = await load("@octokit/webhooks-methods");
      return {
        verify: ({ headers, text }, [secret, ...others]) =>
          verifyWithFallback(secret, text, headers["x-hub-signature-256"], others),
        sign: async ({ text }, secret) => ({
          "x-github-event": "issues",
          "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
          "x-hub-signature-256": await sign(secret, text),
        }),
      };
    },
  },
  square: {
    package: "square",
    takes: "text",
    async open() {
      const { WebhooksHelper } = await load("square");
      return {
        verify: ({ headers, text, url }, [signatureKey]) =>
          WebhooksHelper.verifySignature({
            requestBody: text,
            signatureHeader: headers["x-square-hmacsha256-signature"],
            signatureKey,
            notificationUrl: url,
          }),
      };
    },
  },
  linear: {
    package: "@linear/sdk",
    takes: "bytes",
    async open() {
      const { LinearWebhookClient } = await load("@linear/sdk/webhooks");
      return {
        verify: ({ headers, body }, [secret]) =>
          new LinearWebhookClient(secret).verify(body, headers["linear-signature"]),
      };
    },
  },
  shopify: {
    package: "@shopify/shopify-api",
    takes: "text",
    async open() {
      await load("@shopify/shopify-api/adapters/web-api");
      const { shopifyApi, ApiVersion } = await load("@shopify/shopify-api");
      const apiVersion = Object.values(ApiVersion)[0];
      return {
        async verify({ headers, text }, [apiSecretKey]) {
          const config = {
            apiKey: "of-a-test",
            apiSecretKey,
            apiVersion,
            hostName: "hooks.example",
            isEmbeddedApp: true,
          };
          const { webhooks } = shopifyApi({ ...config, logger: { log: () => {} } });
          // Real deliveries bear it, and it wants it; the suite's do not, as nothing is read of it.
          const sent = { "x-shopify-api-version": "2026-10", ...headers };
          const rawRequest = new Request("https://hooks.example/shopify", { method: "POST", headers: sent });
          const { valid, reason } = await webhooks.validate({ rawBody: text, rawRequest });
          if (!valid) throw new Error(reason);
          return true;
        },
      };
    },
  },
  razorpay: {
    package: "razorpay",
    takes: "text",
    async open() {
      const { default: Razorpay } = await load("razorpay");
      return {
        verify: ({ headers, text }, [secret]) =>
          Razorpay.validateWebhookSignature(text, headers["x-razorpay-signature"], secret),
      };
    },
  },
  box: {
    package: "box-node-sdk",
    takes: "text",
    secrets: 2,
    async open() {
      const { WebhooksManager } = await load("box-node-sdk/managers/webhooks");
      return {
        verify: ({ headers, text }, [primary, secondaryKey]) =>
          WebhooksManager.validateMessage(text, headers, primary, { secondaryKey }),
      };
    },
  },
  line: {
    package: "@line/bot-sdk",
    takes: "bytes",
    async open() {
      const { validateSignature } = await load("@line/bot-sdk");
      return { verify: ({ headers, body }, [secret]) => validateSignature(body, secret, headers["x-line-signature"]) };
    },
  },
  "coinbase-commerce": {
    package: "coinbase-commerce-node",
    takes: "text",
    async open() {
      const { default: commerce } = await load("coinbase-commerce-node");
      return {
        verify: ({ headers, text }, [secret]) =>
          commerce.Webhook.verifySigHeader(text, headers["x-cc-webhook-signature"], secret),
        sign: ({ text }, secret) => ({ "x-cc-webhook-signature": commerce.Webhook.computeSignature(text, secret) }),
      };
    },
  },
  gocardless: {
    package: "gocardless-nodejs",
    takes: "bytes",
    async open() {
      const { verifySignature } = await load("gocardless-nodejs/webhooks");
      return {
        verify({ headers, body }, [secret]) {
          verifySignature(body, secret, headers["webhook-signature"]);
          return true;
        },
      };
    },
  },
  pusher: {
    package: "pusher",
    takes: "text",
    secrets: Number.POSITIVE_INFINITY,
    async open() {
      const { default: Pusher } = await load("pusher");
      const key = "278d425bdf160c739803";
      return {
        verify({ headers, text }, [secret, ...others]) {
          // The content type that its real deliveries bear, and it wants.
          const given = { "content-type": "application/json", ...headers };
          const webhook = new Pusher({ appId: "1", key, secret, cluster: "eu" }).webhook({
            headers: given,
            rawBody: text,
          });
          return webhook.isValid(others.map((other) => ({ key, secret: other })));
        },
        sign({ text }, secret) {
          const signed = new Pusher.Token(key, secret).sign(text);
          return { "x-pusher-key": key, "x-pusher-signature": signed };
        },
      };
    },
  },
  easypost: {
    package: "@easypost/api",
    takes: "bytes",
    async open() {
      const { default: EasyPost } = await load("@easypost/api");
      const { Utils } = new EasyPost("of-a-test");
      return { verify: ({ headers, body }, [secret]) => Utils.validateWebhook(body, headers, secret) };
    },
  },
  hubspot: {
    package: "@hubspot/api-client",
    takes: "text",
    async open() {
      const { Signature } = await load("@hubspot/api-client");
      return {
        verify: ({ headers, text, url }, [clientSecret]) =>
          Signature.isValid({
            signatureVersion: "v3",
            signature: headers["x-hubspot-signature-v3"],
            method: "POST",
            clientSecret,
            requestBody: text,
            url,
            timestamp: Number(headers["x-hubspot-request-timestamp"]),
          }),
        sign({ text, url, now }, clientSecret) {
          const timestamp = now.getTime();
          const signed = Signature.getSignature("POST", "v3", { clientSecret, requestBody: text, url, timestamp });
          return { "x-hubspot-request-timestamp": `${timestamp}`, "x-hubspot-signature-v3": signed };
        },
      };
    },
  },
};
