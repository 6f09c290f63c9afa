import { emptyKeys, lenientBase64, noTime, textOnly } from "./reasons.js";

/** Those of the providers in `sdks-keys.js`, and of Adyen. @type {Readonly<Record<string, import("./reasons.js").Reasons>>} */
export const keyReasons = {
  "adyen-payments": [
    [
      /pushed into the amount/,
      "It joins the fields by colons and looks at no type, so a text as the amount can hold a part of the reference. We want a number there.",
    ],
    [/^with 65 items$/, "It checks one item at a time. At most 64 is a bound of ours."],
  ],
  "adyen-platform": [
    ...lenientBase64,
    [
      /^with a secret of another form/,
      "It decodes the key with Node's lenient hex, which stops at the first character that is no digit: a key of another form becomes a short one, or an empty one. We answer 503.",
    ],
    ...emptyKeys,
  ],
  "aws-sns": [
    [
      /another secret|of a topic that is not configured/,
      "It asks whether AWS signed, not for whom: anyone can have a topic of theirs signed and delivered. We compare the topic with those that are configured.",
    ],
    [
      /^that tells of the end of a subscription$/,
      "It leaves the token out for this type. AWS's page names it among the signed fields of SubscriptionConfirmation and UnsubscribeConfirmation alike.",
    ],
    [
      /of another type$|message that is no text$/,
      "It signs whatever is there, as a text. We take three types, and texts.",
    ],
    [/in other base64$/, "It decodes the signature with Node's lenient base64. We take the canonical form alone."],
    [/^a second too|^at a time in seconds$/, "It checks no time. We allow a day on both sides of now."],
  ],
  braintree: [
    [/^in a pair of three$/, "It splits the pair and drops what follows the second bar. We want a pair."],
    [
      /^of what is no XML$/,
      "It wants base64 before it looks at the signature. We say what a signature covers, and leave the content to its reader.",
    ],
  ],
  discord: [[/upper-case hex$/, "It takes capitals. We take lower-case hex, as Discord sends it."], ...noTime],
  "google-pubsub": [
    [
      /^for (another|an) account/,
      "It checks key, audience and issuer, and leaves the account to its caller, as Google's page says. We compare `email` and want `email_verified`.",
    ],
    [/^after its end$|^before it was made$/, "It allows 300 s for clocks that differ. We allow 60 s."],
    [
      /^that names no algorithm$/,
      "It does not look at `alg`, and always verifies with RSA-SHA256. We want RS256 named.",
    ],
  ],
  qstash: [
    [/^beside an empty secret$/, "It throws where one of the keys is empty. We go on with the other one."],
    [/^within the leeway/, "It allows nothing for clocks that differ unless it is told to. We allow 60 s."],
    [
      /^without an end$|^without a beginning$|^with an end beyond numbers$/,
      "A token without a time that it could be judged by is taken as it is. We want both times.",
    ],
    [/^padded$/, "It takes base64url with padding. We take the form of the specification."],
    [/^beyond all measure$/, "It takes a token of any length. We take 8192 characters, against work without end."],
  ],
  sendgrid: [...textOnly, ...lenientBase64, ...noTime],
  telnyx: [[/with spare bits$/, "It takes base64 whose unused bits are set. We take the canonical form alone."]],
  twilio: [
    [
      /^whose query a proxy took away$/,
      "Its Express middleware builds the URL from the request. We take the one that is registered, and so do not mind what a proxy does to it.",
    ],
    [
      /^of a captured form/,
      "It hashes URL and fields as one text, and with `bodySHA256` anywhere in the query checks no field: a captured form put into the query lets a body of the attacker's choice pass. We want the hash as the last parameter, and the rest of the query as registered.",
    ],
  ],
};
