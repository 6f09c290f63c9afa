// A time and signatures in one header or two, over text; and the one of the same kind of client that has no time.

/** The URL of a package is not known where this is written: it is installed elsewhere. @param {string} name */
const load = (name) => import(name);

/** @type {Readonly<Record<string, import("./sdks.js").Sdk>>} */
export const listSdks = {
  stripe: {
    package: "stripe",
    takes: "bytes",
    async open() {
      const { default: Stripe } = await load("stripe");
      const { webhooks } = new Stripe("sk_test_of_a_test");
      return {
        verify: ({ headers, body }, [secret]) =>
          webhooks.signature.verifyHeader(body, headers["stripe-signature"], secret, 300),
        sign: ({ seconds, text }, secret) => ({
          "stripe-signature": webhooks.generateTestHeaderString({ payload: text, secret, timestamp: seconds }),
        }),
      };
    },
  },
  slack: {
    package: "@slack/bolt",
    takes: "text",
    async open() {
      const { isValidSlackRequest } = await load("@slack/bolt");
      return {
        verify({ headers, text }, [signingSecret]) {
          // As its receivers call it.
          const time = Number(headers["x-slack-request-timestamp"]);
          const given = { ...headers, "x-slack-request-timestamp": time };
          return isValidSlackRequest({ signingSecret, body: text, headers: given });
        },
      };
    },
  },
  paddle: {
    package: "@paddle/paddle-node-sdk",
    takes: "text",
    async open() {
      const { Paddle } = await load("@paddle/paddle-node-sdk");
      const { webhooks } = new Paddle("pdl_of_a_test");
      return {
        verify: ({ headers, text }, [secret]) => webhooks.isSignatureValid(text, secret, headers["paddle-signature"]),
      };
    },
  },
  mux: {
    package: "@mux/mux-node",
    takes: "text",
    async open() {
      const { default: Mux } = await load("@mux/mux-node");
      const { webhooks } = new Mux({ tokenId: "of", tokenSecret: "a-test" });
      return {
        async verify({ headers, text }, [secret]) {
          await webhooks.verifySignature(text, headers, secret);
          return true;
        },
        sign: async ({ seconds, text }, secret) => ({
          "mux-signature": `t=${seconds},v1=${await webhooks.computeSignature(`${seconds}.${text}`, secret)}`,
        }),
      };
    },
  },
  workos: {
    package: "@workos-inc/node",
    takes: "bytes",
    async open() {
      const { WorkOS } = await load("@workos-inc/node");
      const { webhooks } = new WorkOS("sk_test_of_a_test");
      return {
        verify: ({ headers, body }, [secret]) =>
          webhooks.verifyHeader({ payload: body, sigHeader: headers["workos-signature"], secret }),
        async sign({ now, text }, secret) {
          const time = now.getTime();
          return { "workos-signature": `t=${time}, v1=${await webhooks.computeSignature(time, text, secret)}` };
        },
      };
    },
  },
  orb: {
    package: "orb-billing",
    takes: "text",
    async open() {
      const { default: Orb } = await load("orb-billing");
      const { webhooks } = new Orb({ apiKey: "of-a-test" });
      return {
        verify({ headers, text }, [secret]) {
          webhooks.verifySignature(text, headers, secret);
          return true;
        },
        sign({ now, text }, secret) {
          // Without a zone, as Orb writes it.
          const timestamp = now.toISOString().replace(/\.\d+Z$/, "");
          return {
            "x-orb-timestamp": timestamp,
            "x-orb-signature": webhooks.signPayload(text, { timestamp, secret }),
          };
        },
      };
    },
  },
  sanity: {
    package: "@sanity/webhook",
    takes: "bytes",
    async open() {
      const { isValidRequest, encodeSignatureHeader } = await load("@sanity/webhook");
      return {
        verify: ({ headers, body }, [secret]) => isValidRequest({ headers, body }, secret),
        sign: async ({ now, text }, secret) => ({
          "idempotency-key": "key-1",
          "sanity-operation": "update",
          "sanity-webhook-signature": await encodeSignatureHeader(text, now.getTime(), secret),
        }),
      };
    },
  },
  zoom: {
    package: "@zoom/rivet",
    takes: "text",
    async open() {
      const { AwsLambdaReceiver } = await load("@zoom/rivet/meetings");
      return {
        async verify({ headers, text }, [webhooksSecretToken]) {
          const handle = new AwsLambdaReceiver({ webhooksSecretToken }).start();
          const { statusCode, body } = await handle({ headers, body: text, isBase64Encoded: false }, {});
          if (statusCode !== 200) throw new Error(body);
          return true;
        },
      };
    },
  },
  "modern-treasury": {
    package: "modern-treasury",
    takes: "text",
    async open() {
      const { default: ModernTreasury } = await load("modern-treasury");
      const { webhooks } = new ModernTreasury({ organizationID: "of", apiKey: "a-test" });
      return {
        verify: ({ headers, text }, [key]) => webhooks.validateSignature(text, headers, { key }),
        sign: ({ text }, key) => ({ "x-signature": webhooks.getSignature(text, { key }) }),
      };
    },
  },
};
