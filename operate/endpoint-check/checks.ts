/** One thing that an endpoint must do. */
type Check = {
  readonly title: string;
  /** Why a failure matters. */
  readonly harm: string;
  readonly remedy: string;
};

const rawBody =
  "Verify the bytes as they came, before any parser: express.raw(), await request.text(), or a body parser's rawBody.";
const compareFirst =
  "Verify before anything else, and answer 401 where the signature is missing or wrong, also where comparing throws.";

/** Every check, in the order of the report. */
export const checks = {
  right: {
    title: "takes a right delivery",
    harm: "No event arrives, or the secret, the provider or the URL is another here than there.",
    remedy:
      "Compare the secret with the endpoint's own, see that the URL is the endpoint's path, and verify the bytes as they came.",
  },
  unsigned: {
    title: "refuses an unsigned delivery",
    harm: "Anybody who knows the URL can post events.",
    remedy: compareFirst,
  },
  "other-secret": {
    title: "refuses a signature by another secret",
    harm: "Anybody who knows the URL can post events, since the signature is not compared.",
    remedy:
      "Compare the whole signature with timingSafeEqual, and refuse where any condition fails: || between them, not &&.",
  },
  "cut-signature": {
    title: "refuses a signature that was cut",
    harm: "A part of a signature is enough, or the signature is not compared.",
    remedy: "Compare lengths first, since timingSafeEqual throws where they differ, and answer 401 then.",
  },
  "other-version": {
    title: "refuses a signature of an unknown version",
    harm: "A signature counts under any label, so that the version check protects nothing.",
    remedy: "Refuse where the version is unknown or the signature differs: || between the conditions, not &&.",
  },
  "changed-value": {
    title: "refuses a body with one value changed",
    harm: "Anybody who holds one delivery can change its amounts and ids.",
    remedy: "Compute the signature over the whole body.",
  },
  "equal-json": {
    title: "refuses a body with one byte added, of equal JSON",
    harm: "The signature is computed over other bytes than came, so that a change of the body may pass.",
    remedy: rawBody,
  },
  stale: {
    title: "refuses a stale delivery",
    harm: "A captured delivery can be sent again at any time.",
    remedy: "Refuse a signed time that is more than 5 minutes ago.",
  },
  future: {
    title: "refuses a delivery from the future",
    harm: "A delivery with a late time can be sent again for longer than the window. Some SDKs check the past alone.",
    remedy: "Refuse a signed time that is more than 5 minutes off on either side.",
  },
  spacing: {
    title: "takes a body with unusual spacing",
    harm: "A delivery is refused once the provider writes its JSON differently.",
    remedy: rawBody,
  },
  ends: {
    title: "takes a body that begins and ends with white space",
    harm: "A delivery with a newline at its end is refused.",
    remedy: `Do not trim the body. ${rawBody}`,
  },
  "non-ascii": {
    title: "takes a body that is not ASCII",
    harm: "The first customer with an umlaut in the name is lost.",
    remedy: `Read the body as bytes, or as UTF-8. ${rawBody}`,
  },
  escaped: {
    title: "takes a body with escaped characters",
    harm: "A delivery is refused where the provider escapes differently from the parser here.",
    remedy: rawBody,
  },
  repeat: {
    title: "takes the same delivery twice",
    harm: "Providers send an event more than once. A repeat that fails is sent again and again, and counts as an outage.",
    remedy: "Answer 200 to an event that is done already.",
  },
  burst: {
    title: "takes many deliveries at once",
    harm: "Providers send bursts, after an outage above all.",
    remedy: "Store the event, answer, and work afterwards. Do not limit the rate of signed deliveries.",
  },
  failure: {
    title: "answers 5xx when its processing fails",
    harm: "After 2xx the provider forgets the event, and after 4xx many providers do not retry.",
    remedy:
      "Answer 500 where processing throws: neither catch and answer 200, nor 400 for what is no fault of the sender.",
  },
  "failure-retried": {
    title: "processes a failed event again when it is retried",
    harm: "The retry is taken for a repeat, and the event is lost.",
    remedy: "Record an event as done after its processing and not before, in a store that outlives the process.",
  },
  "in-time": {
    title: "answers in time",
    harm: "The provider hangs up, counts a failure, and sends the event again while it is processed.",
    remedy: "Store the event, answer, and work afterwards.",
  },
  https: {
    title: "is reached by HTTPS",
    harm: "Everybody on the way reads the events, and can send them again.",
    remedy: "Serve the endpoint by HTTPS, and register that URL.",
  },
  "no-leaks": {
    title: "tells no secret and no stack",
    harm: "An answer is stored and shown at the provider, and anybody can ask for one.",
    remedy: "Answer with a short fixed text, and write the error into your own log.",
  },
} as const satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof checks;

/** The finding of a check. */
export type Finding = {
  readonly check: CheckName;
  readonly title: string;
  readonly state: "passed" | "failed" | "not tried";
  /** The observation, and where it failed, the harm. */
  readonly says: string;
  /** The remedy, where it failed. */
  readonly remedy?: string;
};

export function passed(check: CheckName, says: string): Finding {
  return { check, title: checks[check].title, state: "passed", says };
}

/** @param given Defaults to harm and remedy of the check. */
export function failed(check: CheckName, seen: string, given: Partial<Pick<Check, "harm" | "remedy">> = {}): Finding {
  const { title, harm, remedy } = { ...checks[check], ...given };
  return { check, title, state: "failed", says: `${seen}. ${harm}`, remedy };
}

export function notTried(check: CheckName, reason: string): Finding {
  return { check, title: checks[check].title, state: "not tried", says: reason };
}
