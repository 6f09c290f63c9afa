// Why an SDK and Hookline disagree, provider by provider. Each reason is read off the SDK's source.
import * as common from "./reasons.js";
import { keyReasons } from "./reasons-keys.js";

const { lenientBase64, splitsAtEquals, lastOfTimes, sixteenSignatures, sixteenSecrets, pastOnly, notANumber } = common;
const { emptyKeys, blankKeys, textOnly, dropsMark, noEmptyBody, secondComma } = common;

/** @type {Readonly<Record<string, common.Reasons>>} */
const reasons = {
  ...keyReasons,
  box: [
    ...lenientBase64,
    [/^as far in the future/, "It refuses any time in the future, even by a second. Clocks differ, so we allow 600 s."],
    [
      /at a time written|with two times$/,
      "A time that it cannot read becomes NaN, which is neither too old nor too new. Times are signed, so Box alone can make one.",
    ],
    [
      /^by the old of two secrets$|^beside an empty secret$|^with the secondary key alone/,
      "It binds each key to its own header: the primary key to the primary signature. We try every signature with every key, so that it does not matter in which order they are configured.",
    ],
    ...emptyKeys,
  ],
  clerk: [
    ...dropsMark,
    ...textOnly,
    [/^with a body of no byte/, "It reads the body as JSON behind the signature, and throws where there is none."],
    ...secondComma,
    ...sixteenSignatures,
  ],
  "coinbase-commerce": emptyKeys,
  easypost: [
    [
      /byte order mark$|no byte at all$/,
      "It reads the body as JSON, and answers what is no JSON as a wrong signature.",
    ],
    ...textOnly,
    ...emptyKeys,
  ],
  github: [
    ...noEmptyBody,
    [/^beside an empty secret$/, "It throws where one of the secrets is empty. We go on with the others."],
    ...sixteenSecrets,
    ...blankKeys,
  ],
  gocardless: [
    [
      /followed by|upper-case|header doubled/,
      "It decodes the signature with Node's lenient hex: capitals pass, and so does whatever follows the first character that is no digit. We take lower-case hex of just the right length.",
    ],
    ...emptyKeys,
  ],
  hubspot: [...futureToo(), ...notANumber, ...emptyKeys],
  line: [...lenientBase64, ...emptyKeys],
  linear: blankKeys,
  "modern-treasury": blankKeys,
  mux: [...splitsAtEquals, ...lastOfTimes, ...sixteenSignatures, ...pastOnly, ...notANumber, ...blankKeys],
  openai: [
    ...lenientBase64,
    [/labelled by nothing$/, "It takes a signature without a label. The specification knows none, and nor do we."],
    ...sixteenSignatures,
    [
      /at a time written|with two times$/,
      "It checks the number that the time begins with, and signs the whole text. We want digits and nothing else.",
    ],
  ],
  orb: [...splitsAtEquals, ...sixteenSignatures, ...blankKeys],
  paddle: [
    ...splitsAtEquals,
    [
      /^with a wrong signature behind the right one$/,
      "It keeps the last “h1” alone, and so fails while a secret is replaced where the right one is not last.",
    ],
    ...sixteenSignatures,
    [/^as old as is allowed$/, "It allows 5 s. We allow 60 s, for slow networks and cold starts."],
    ...pastOnly,
    ...notANumber,
    [/with two times$/, "Of several times it takes the last. We want exactly one."],
    ...emptyKeys,
  ],
  polar: [
    ...dropsMark,
    ...textOnly,
    [
      /^with a signature (cut by one|with spare bits|unpadded)/,
      "It decodes the signature with `atob`, which takes missing padding and unused bits. We take the canonical form alone.",
    ],
    ...secondComma,
    ...sixteenSignatures,
    ...blankKeys,
  ],
  pusher: [
    [
      /byte order mark$|no byte at all$|^without its array/,
      "It wants JSON, whatever the signature says. We say what a signature covers, and leave the content to its reader.",
    ],
    ...sixteenSecrets,
    ...emptyKeys,
    [
      /^under another app key$/,
      "It is configured with the app key as well, and wants it in a header that is not signed. The secret decides alone here.",
    ],
  ],
  razorpay: emptyKeys,
  sanity: [
    ...textOnly,
    ...noEmptyBody,
    [
      /wrong signature (before|behind)|^with 16 signatures/,
      "It wants one time and one signature and nothing else in the header. We take several, as for all lists.",
    ],
    ...common.noTime,
    ...blankKeys,
  ],
  shopify: [...noEmptyBody, ...blankKeys],
  slack: [...splitsAtEquals, ...pastOnly, ...blankKeys],
  square: blankKeys,
  "standard-webhooks": [...textOnly, ...secondComma, ...sixteenSignatures, ...paddedSecret()],
  stripe: [
    ...dropsMark,
    ...textOnly,
    ...splitsAtEquals,
    ...lastOfTimes,
    ...sixteenSignatures,
    ...pastOnly,
    ...notANumber,
  ],
  svix: [...textOnly, ...secondComma, ...sixteenSignatures, ...paddedSecret()],
  whop: [...secondComma, ...sixteenSignatures, ...blankKeys],
  workos: [
    ...textOnly,
    ...splitsAtEquals,
    [
      /labelled|header doubled|wrong signature before|^with 16 signatures/,
      "It reads the first two entries by their place: whatever the labels are, and whatever follows. A right signature in a third place does not count, and one under another label does.",
    ],
    ...futureToo(),
    [
      /at a time written/,
      "It checks the number that the time begins with, NaN where there is none, and signs the whole text. We want digits alone.",
    ],
    ...blankKeys,
  ],
  zoom: [
    [
      /^with a body of|^with a newline added$/,
      "It hashes its own `JSON.stringify` of the parsed body, and wants a text `event` in it: other bodies are refused though rightly signed, and white space added to a signed one passes.",
    ],
    [
      /^a second too|in another unit of time$|at a time written/,
      "It checks no time, but for its being a number or NaN. We keep a window on both sides.",
    ],
    ...emptyKeys,
  ],
};

/** @returns {common.Reasons} */
function futureToo() {
  return [[/^a second too far/, "It looks at the past alone: any time in the future passes. We look at both sides."]];
}

/** @returns {common.Reasons} */
function paddedSecret() {
  return [[/^with a secret of another form configured \(3\)/, "Its base64 takes one padding character too many."]];
}

/**
 * The explanations of what was found, each with what it explains; and what has none, or explains nothing.
 *
 * @param {import("./agree.js").Agreement} found
 */
export function explanations({ provider, disagreements }) {
  const given = reasons[provider] ?? [];
  const classOf = (/** @type {string} */ name) => given.findIndex(([pattern]) => pattern.test(name));
  const classes = given.map(([, text], index) => ({
    text,
    of: disagreements.filter(({ variant }) => classOf(variant) === index),
  }));
  const problems = [
    ...disagreements
      .filter(({ variant }) => classOf(variant) === -1)
      .map(({ variant, ours, theirs }) => `no explanation: ${variant} (${ours}; it ${theirs})`),
    ...classes.filter(({ of }) => of.length === 0).map(({ text }) => `explains nothing: ${text}`),
  ];
  return { classes, problems };
}
