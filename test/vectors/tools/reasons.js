// What several SDKs have in common. Each pair is a pattern of the variants' names and what is true of the SDK.

/** @typedef {readonly (readonly [RegExp, string])[]} Reasons */

const doubled = /header doubled/;

/** @type {Reasons} */
export const lenientBase64 = [
  [
    /^with a signature (cut by (one|two) character|followed by|with spare bits|unpadded)|header doubled by .*, right (twice|first)/,
    "It decodes the signature with Node's lenient base64: padding may be missing, unused bits may be set, and what follows the padding is passed over, a second signature too. We take the canonical form alone.",
  ],
];

/** @type {Reasons} */
export const splitsAtEquals = [
  [/^with a signature followed by =/, "It splits at every “=” and takes the second piece: what follows is dropped."],
];

/** @type {Reasons} */
export const lastOfTimes = [
  [
    new RegExp(`${doubled.source}|two times$`),
    "Of several times it takes the last, and of several signatures any: two headers joined by a comma are one list to it. We want exactly one time.",
  ],
];

/** @type {Reasons} */
export const sixteenSignatures = [
  [/^with 17 signatures$/, "It takes any number. At most 16 is a bound of ours, against work without end."],
];

/** @type {Reasons} */
export const sixteenSecrets = [[/^with 17 secrets/, "It takes any number. At most 16 is a bound of ours."]];

/** @type {Reasons} */
export const pastOnly = [
  [
    /^a second too far in the future$|in another unit of time$/,
    "It looks at the past alone: any time in the future passes, as milliseconds read as seconds are. We look at both sides.",
  ],
];

/** @type {Reasons} */
export const notANumber = [
  [
    /at a time written NaN$/,
    "A time that is no number is NaN to it, is signed as such, and is never too old. None but a holder of the secret can make one.",
  ],
];

/** @type {Reasons} */
export const noTime = [
  [
    /^a second too|in another unit of time$|at a time written|with two times$/,
    "It checks no time at all, and signs whatever text stands there. We keep a window on both sides, so that a captured request cannot be sent again for ever.",
  ],
];

/** @type {Reasons} */
export const emptyKeys = [
  [
    /^with an empty secret|^with blanks as its secret/,
    "An empty text is a key like any other to it, so whoever knows that the secret was never set can sign. We answer 503 until one is set.",
  ],
];

/** @type {Reasons} */
export const blankKeys = [
  [/^with blanks as its secret/, "It refuses an empty secret, but blanks are a key. We count them as not set."],
];

/** @type {Reasons} */
export const textOnly = [
  [
    /^with a body of bytes that are not UTF-8$/,
    "It decodes the body to text before it hashes, which changes bytes that are no UTF-8. We hash the bytes.",
  ],
];

/** @type {Reasons} */
export const dropsMark = [
  [
    /byte order mark/,
    "Its text decoder drops a byte order mark before it hashes: a body signed with one is refused, and one added to a signed body passes.",
  ],
];

/** @type {Reasons} */
export const noEmptyBody = [
  [/^with a body of no byte at all$/, "It wants a body. A rightly signed empty one is one to us."],
];

/** @type {Reasons} */
export const secondComma = [
  [
    /header doubled by .*, right (twice|first)/,
    "It splits “v1,…” at every comma and takes the second piece: of two headers joined by a comma the first signature counts whatever follows. We take whole entries between spaces.",
  ],
];
