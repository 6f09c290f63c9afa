import { defined, withFields } from "../core/bytes/defined.ts";
import { type Item, itemsAt, itemsIn } from "../core/events/json-items.ts";
import { at, textAt } from "../core/events/json-pointer.ts";
import { textAnswer } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type EventFields,
  type Provider,
  type ReadDelivery,
  type Scheme,
} from "../core/provider.ts";
import { checkSignatures } from "../core/verify/match-signatures.ts";
import { signScheme, verifyScheme } from "../core/verify/scheme.ts";
import { isUnset } from "../core/verify/unset-secret.ts";

/** Where the items of an entry stand, by product. */
const lists = ["changes", "messaging", "standby"] as const;
/** The fields of every messaging item, of any kind. */
const around = ["sender", "recipient", "timestamp", "hop_context"];

const scheme: Scheme = {
  algorithm: "hmac-sha256",
  key: "utf8",
  signature: { header: "x-hub-signature-256", take: "sha256=" },
  encoding: "hex",
  signed: ["body"],
};

/**
 * Meta (Facebook, Instagram, WhatsApp): webhooks of pages, Instagram accounts, Messenger and WhatsApp.
 *
 * - **Secret**: `<app secret>|<verify token>`. The app secret is shown at developers.facebook.com → your app → App
 *   settings → Basic. The verify token is a text of your own, typed in again where the callback URL is set. The text
 *   before the first `|` is the app secret. Without a `|` the whole text is the app secret, and no GET handshake is
 *   answered.
 * - **Signed**: HMAC-SHA256 of the body alone as it is sent (with non-ASCII characters escaped), by the app secret, in
 *   hex in `X-Hub-Signature-256: sha256=…`. `X-Hub-Signature` (SHA-1) is ignored. No time is signed, so a captured
 *   body can be sent again.
 * - **Id and type**: the id is WhatsApp's message id, of a message or of a status, or Messenger's `mid`; other events
 *   have none (`leadgen`, `feed`, `read`, `delivery`, errors of WhatsApp), and those of a page that sends the names of
 *   changed fields alone have no type either. The statuses of a message and its deletion have the same id, so the
 *   identity takes the body in. The type of a change is its `field` (`feed`), with WhatsApp finer by its content
 *   (`messages.message.text`, `messages.status.delivered`). The type of a messaging item is the name of the member
 *   that says which kind of event it is (`message`, `postback`, `read`). The tenant is the entry's id: page, account
 *   or WhatsApp Business account.
 * - **Retry**: the same event: WhatsApp sends the same id and bytes. An entry of a page or of Messenger has a `time`.
 *   Whether that stays the same is unknown; with another time it runs again.
 * - **Patience**: sources differ, between 5 and 20 s; 5 s is assumed. It retries with growing pauses, for up to 7 days
 *   with WhatsApp. An app that keeps failing is unsubscribed.
 * - **Handshake**: GET with `hub.mode=subscribe`, `hub.verify_token` and `hub.challenge`. The challenge is sent back
 *   as text where the token is that of a configured secret. The token is compared in constant time; another is
 *   refused.
 * - **Batches**: one event for each item of `changes`, `messaging` and `standby` in each entry, and for each message
 *   and each status in a change. Its body is the delivery with that one entry and that one item in it, as a handler needs the entry's id and the object.
 *
 * Unverified: whether an entry's `time` stays the same over retries. If it does not, a retry of a page or Messenger
 * event counts as a new event; those of WhatsApp have no such time. Waiting time and retries are from others' guides.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started (2026-11)
 * @see https://developers.facebook.com/docs/graph-api/webhooks/reference/page (2026-11)
 * @see https://developers.facebook.com/docs/messenger-platform/reference/webhook-events (2026-11)
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components (2026-11)
 */
export const meta: Provider = defineProvider({
  name: "meta",
  title: "Meta (Facebook, Instagram, WhatsApp)",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 168,
  identity: "id+body",
  verification: async (delivery, options) =>
    verifyScheme(delivery, scheme, { ...options, secrets: options.secrets.map((secret) => cut(secret).appSecret) }),
  sign: async (delivery, options) =>
    signScheme(delivery, scheme, { ...options, secret: cut(options.secret).appSecret }),
  sampleSecret: () => ({
    secret: `${crypto.randomUUID().replaceAll("-", "")}|${crypto.randomUUID().replaceAll("-", "")}`,
  }),
  events,
  lacks,
  handshake: {
    method: "GET",
    signed: false,
    answer({ url }, { secrets }) {
      const query = new URL(url, "https://hooks.invalid").searchParams;
      const challenge = query.get("hub.challenge");
      if (query.get("hub.mode") !== "subscribe" || challenge === null) return undefined;
      return hasToken(query.get("hub.verify_token") ?? "", secrets) ? textAnswer(challenge) : undefined;
    },
  },
});

function cut(secret: string): { readonly appSecret: string; readonly token: string } {
  const at = secret.indexOf("|");
  const [appSecret, token] = at < 0 ? [secret, ""] : [secret.slice(0, at), secret.slice(at + 1)];
  // A placeholder is no secret, also where a token follows it.
  return { appSecret: isUnset(appSecret) ? "" : appSecret, token: isUnset(token) ? "" : token };
}

function hasToken(sent: string, secrets: readonly string[]): boolean {
  const compared = checkSignatures(
    { algorithm: "token", key: "utf8", encoding: "text" },
    { secrets: secrets.map((secret) => cut(secret).token), parts: [], signatures: [sent], where: "hub.verify_token" },
  );
  return compared.kind === "signed";
}

function* events({ body }: Delivery): Iterable<EventFields> {
  const entries = itemsAt(body, "/entry");
  if (entries === undefined) yield {};
  for (const entry of entries ?? []) yield* entryEvents(entry);
}

function* entryEvents(entry: Item): Iterable<EventFields> {
  const tenant = textAt(entry, "/id");
  let isEmpty = true;
  for (const list of lists) {
    for (const item of itemsIn(entry.text, `/${list}`) ?? []) {
      isEmpty = false;
      for (const fields of list === "changes" ? changes(item) : [message(item)]) {
        yield withFields(fields, {
          ...defined({ tenant }),
          get body() {
            return entry.alone(item.alone(fields.body));
          },
        });
      }
    }
  }
  // Empty lists alone are no event; beside something else they say that it is none of theirs.
  if (isEmpty && saysMore(entry)) {
    yield {
      ...defined({ tenant }),
      get body() {
        return entry.alone();
      },
    };
  }
}

/** Whether an entry holds anything beside its id, its time and empty lists, or holds no list at all. */
function saysMore({ text, json }: Item): boolean {
  const known = lists.filter((list) => itemsIn(text, `/${list}`) !== undefined);
  const names = typeof json === "object" && json !== null ? Object.keys(json) : [];
  return known.length === 0 || names.some((name) => ![...known, "id", "time"].includes(name));
}

/** Each message and each status of WhatsApp is an event, its body the change with it alone; another change is one. */
function* changes(item: Item): Iterable<EventFields> {
  const type = textAt(item, "/field");
  let found = false;
  for (const kind of ["message", "status"] as const) {
    const [mine, other] = kind === "message" ? ["messages", "statuses"] : ["statuses", "messages"];
    // A part that is an event of its own is in no other event.
    const [another] = itemsIn(item.text, `/value/${other}`) ?? [];
    const rest = another?.alone(new Uint8Array()) ?? item.body;
    for (const one of itemsAt(rest, `/value/${mine}`) ?? []) {
      found = true;
      const said = textAt(one, kind === "message" ? "/type" : "/status");
      const subtype = said === undefined ? kind : `${kind}.${said}`;
      yield {
        ...defined({ id: textAt(one, "/id"), type, subtype }),
        get body() {
          return one.alone();
        },
      };
    }
  }
  if (!found) yield defined({ type });
}

/** The id of a message; every other kind of event has no id of its own. */
function lacks({ type }: EventFields, { read }: ReadDelivery): readonly ("id" | "type")[] {
  const [kind] = (type ?? "").split(".");
  if (kind !== "" && kind !== "messages" && kind !== "message") return ["id"];
  const entry = at(read().json, "/entry/0");
  if (at(entry, "/changes/0/value/errors") !== undefined) return ["id"];
  return at(entry, "/changed_fields") === undefined ? [] : ["id", "type"];
}

function message(item: Item): EventFields {
  const { json } = item;
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  const type = isObject ? Object.keys(json).find((name) => !around.includes(name)) : undefined;
  return defined({ id: textAt(item, "/message/mid"), type });
}
