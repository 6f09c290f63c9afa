// Public keys, certificates and tokens.
import { createPublicKey } from "node:crypto";
import https from "node:https";
import { Readable } from "node:stream";

/** The URL of a package is not known where this is written: it is installed elsewhere. @param {string} name */
const load = (name) => import(name);

/** @type {Readonly<Record<string, import("./sdks.js").Sdk>>} */
export const keySdks = {
  discord: {
    package: "discord-interactions",
    takes: "bytes",
    async open() {
      const { verifyKey } = await load("discord-interactions");
      return {
        verify: ({ headers, body }, [key]) =>
          verifyKey(body, headers["x-signature-ed25519"], headers["x-signature-timestamp"], key),
      };
    },
  },
  sendgrid: {
    package: "@sendgrid/eventwebhook",
    takes: "bytes",
    newKeys: true,
    async open() {
      const { EventWebhook } = await load("@sendgrid/eventwebhook");
      const webhook = new EventWebhook();
      const name = "x-twilio-email-event-webhook";
      return {
        verify: ({ headers, body }, [key]) =>
          webhook.verifySignature(
            webhook.convertPublicKeyToECDSA(key),
            body,
            headers[`${name}-signature`],
            headers[`${name}-timestamp`],
          ),
      };
    },
  },
  telnyx: {
    package: "telnyx",
    takes: "text",
    newKeys: true,
    async open() {
      const { default: Telnyx } = await load("telnyx");
      const client = new Telnyx({ apiKey: "of-a-test" });
      return {
        async verify({ headers, text }, [key]) {
          try {
            await client.webhooks.unwrap(text, { headers, key });
          } catch (error) {
            // Thrown behind a right signature alone.
            if (!(error instanceof SyntaxError)) throw error;
          }
          return true;
        },
      };
    },
  },
  qstash: {
    package: "@upstash/qstash",
    takes: "text",
    secrets: 2,
    async open() {
      const { Receiver } = await load("@upstash/qstash");
      return {
        verify: ({ headers, text, url }, [currentSigningKey, nextSigningKey = currentSigningKey]) =>
          new Receiver({ currentSigningKey, nextSigningKey }).verify({
            signature: headers["upstash-signature"],
            body: text,
            url,
          }),
      };
    },
  },
  "google-pubsub": {
    package: "google-auth-library",
    takes: "bytes",
    newKeys: true,
    ownForm: true,
    async open() {
      const { OAuth2Client } = await load("google-auth-library");
      const client = new OAuth2Client();
      const issuers = ["accounts.google.com", "https://accounts.google.com"];
      return {
        async verify({ headers, documents }, [secret = ""]) {
          const { keys } = JSON.parse(documents["https://www.googleapis.com/oauth2/v3/certs"] ?? "");
          /** @param {import("node:crypto").JsonWebKey} key */
          const pem = (key) => createPublicKey({ key, format: "jwk" }).export({ format: "pem", type: "spki" });
          const certs = Object.fromEntries(keys.map((/** @type {{ kid: string }} */ key) => [key.kid, pem(key)]));
          // As Google's page for push subscriptions takes it out.
          const [, token] = headers.authorization?.match(/Bearer (.*)/) ?? [];
          await client.verifySignedJwtWithCertsAsync(token, certs, secret.split("|")[0], issuers);
          return true;
        },
      };
    },
  },
  "aws-sns": {
    package: "sns-validator",
    takes: "text",
    newKeys: true,
    ownForm: true,
    async open() {
      const { default: MessageValidator } = await load("sns-validator");
      return {
        verify: ({ text, documents }) =>
          new Promise((resolve, reject) => {
            https.get = /** @type {any} */ (
              (/** @type {string} */ url, /** @type {(answer: unknown) => void} */ answered) => {
                const found = Object.hasOwn(documents, url);
                const body = Readable.from([documents[url] ?? ""]);
                answered(Object.assign(body, { statusCode: found ? 200 : 404 }));
                return body;
              }
            );
            new MessageValidator().validate(text, (/** @type {unknown} */ error) => {
              if (error) reject(error);
              else resolve(true);
            });
          }),
      };
    },
  },
};
