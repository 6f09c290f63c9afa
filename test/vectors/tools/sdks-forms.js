// Signatures in the body, or over its fields; and Adyen's other one.
import { parse } from "node:querystring";

/** The URL of a package is not known where this is written: it is installed elsewhere. @param {string} name */
const load = (name) => import(name);

const item = {
  ...{ pspReference: "7914073381342284", originalReference: "", merchantAccountCode: "TestMerchant" },
  ...{ merchantReference: "TestPayment-1", amount: { currency: "EUR", value: 1130 } },
  ...{ eventCode: "AUTHORISATION", success: "true" },
};

/** @type {Readonly<Record<string, import("./sdks.js").Sdk>>} */
export const formSdks = {
  "adyen-platform": {
    package: "@adyen/api-library",
    takes: "text",
    async open() {
      const { hmacValidator: HmacValidator } = await load("@adyen/api-library");
      const validator = new HmacValidator();
      return {
        verify: ({ headers, text }, [key]) => validator.validateHMACSignature(key, headers.hmacsignature, text),
        sign: ({ text }, key) => ({ hmacsignature: validator.calculateHmac(text, key), protocol: "HmacSHA256" }),
      };
    },
  },
  "adyen-payments": {
    package: "@adyen/api-library",
    takes: "text",
    async open() {
      const { hmacValidator: HmacValidator } = await load("@adyen/api-library");
      const validator = new HmacValidator();
      return {
        verify({ text }, [key]) {
          /** @type {{ notificationItems: { NotificationRequestItem: unknown }[] }} */
          const { notificationItems: items } = JSON.parse(text);
          // It checks one item: all of them must be right, and there must be one.
          const right = items.filter((item) => validator.validateHMAC(item.NotificationRequestItem, key));
          return items.length > 0 && right.length === items.length;
        },
        bodies: {
          "an authorisation": JSON.stringify(item),
          "text beyond ASCII": JSON.stringify({ ...item, merchantReference: "é✓🦊" }),
          "what templates replace": JSON.stringify({ ...item, merchantReference: "$& $1 {body}" }),
        },
        sign({ text }, key) {
          const written = JSON.parse(text);
          const additionalData = { hmacSignature: validator.calculateHmac(written, key) };
          const items = [{ NotificationRequestItem: { ...written, additionalData } }];
          return { body: JSON.stringify({ live: "false", notificationItems: items }) };
        },
      };
    },
  },
  braintree: {
    package: "braintree",
    takes: "text",
    ownForm: true,
    async open() {
      const { default: braintree } = await load("braintree");
      const gatewayOf = (/** @type {string} */ secret) => {
        const [publicKey, privateKey] = secret.split("|");
        const environment = braintree.Environment.Sandbox;
        return new braintree.BraintreeGateway({ environment, merchantId: "m", publicKey, privateKey });
      };
      return {
        async verify({ text }, [secret = ""]) {
          const { bt_signature: signature, bt_payload: payload } = parse(text);
          await gatewayOf(secret).webhookNotification.parse(signature, payload);
          return true;
        },
        bodies: {
          "a dispute": "dispute_opened",
          "a check": "check",
          "a subscription": "subscription_charged_successfully",
        },
        sign({ text }, secret) {
          const sample = gatewayOf(secret).webhookTesting.sampleNotification(text, "id-1");
          return { "content-type": "application/x-www-form-urlencoded", body: `${new URLSearchParams(sample)}` };
        },
      };
    },
  },
  twilio: {
    package: "twilio",
    takes: "text",
    async open() {
      const { default: twilio } = await load("twilio");
      return {
        verify({ headers, text, path }, [token]) {
          const isJson = headers["content-type"]?.includes("json") ?? false;
          // What Express has behind its body parsers; the host is the one that was called.
          const request = {
            headers: { host: "hooks.example" },
            protocol: "https",
            originalUrl: path,
            rawBody: text,
            body: isJson ? JSON.parse(text) : parse(text),
            /** @param {string} name */
            header: (name) => headers[name.toLowerCase()],
          };
          return twilio.validateExpressRequest(request, token, {});
        },
        bodies: {
          "a message": "To=%2B18005551212&MessageSid=SM1&MessageStatus=delivered",
          "text beyond ASCII": "Body=%C3%A9+%E2%9C%93+%F0%9F%A6%8A&MessageSid=SM2",
          "what templates replace": "Body=%24%26+%241+%7Bbody%7D&MessageSid=SM3",
          "CRLF and fields out of order": "b=1&Body=%0D%0A&a=2&MessageSid=SM4",
          "no byte at all": "",
        },
        sign: ({ text, url }, token) => ({
          "content-type": "application/x-www-form-urlencoded",
          "x-twilio-signature": twilio.getExpectedTwilioSignature(token, url, { ...parse(text) }),
        }),
      };
    },
  },
};
