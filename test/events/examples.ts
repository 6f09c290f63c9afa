import type { Attempt, Processor } from "../../lambdas/core/processing/processor.ts";
import generic, { keepArrival } from "../../lambdas/events/generic/_other.ts";
import push, { announcePush } from "../../lambdas/events/github/push.ts";
import payment, { activate } from "../../lambdas/events/hackmamba/payment.succeeded.ts";
import project, { setUp } from "../../lambdas/events/hackmamba/project.created.ts";
import user, { invite } from "../../lambdas/events/hackmamba/user.created.ts";
import purchase, { sendWelcome } from "../../lambdas/events/hotmart/PURCHASE_APPROVED.ts";
import cancellation, { winBack } from "../../lambdas/events/hotmart/SUBSCRIPTION_CANCELLATION.ts";
import hottok, { lookUp } from "../../lambdas/events/hotmart-hottok/PURCHASE_APPROVED.ts";
import contact, { keepContact } from "../../lambdas/events/standard-webhooks/contact.created.ts";
import invoice, { credit } from "../../lambdas/events/stripe/invoice.paid.ts";
import order, { fulfil } from "../../lambdas/events/whatalo/order.created.ts";
import installed, { provision } from "../../lambdas/events/whatalo-timestamped/app.installed.ts";
import member, { subscribe } from "../../lambdas/events/whop/member.created.ts";
import activated, { grantAccess } from "../../lambdas/events/whop/membership.activated.ts";
import trial, { showBanner } from "../../lambdas/events/whop/membership.trial_ending_soon.ts";
import paid, { creditUser } from "../../lambdas/events/whop/payment.succeeded.ts";
import wentValid, { welcome } from "../../lambdas/events/whop-legacy/membership.went_valid.ts";
import type { Journal } from "../../lambdas/outbox/journal.ts";

/** An event file that comes with Hookline, and what it does with its sample. */
export type Example = {
  // A payload's type is its file's own business here.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly processor: Processor<any>;
  /** Its run on a journal that stands for outbox and ledger. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly run: (attempt: Attempt<any>, journal: Journal<any>) => Promise<void>;
  /** The sample's type; default: that of the file. */
  readonly sample?: string;
  /** What its effect is keyed by instead of the attempt's idempotency key, and a pointer to the fact in it. */
  readonly keyed?: { readonly by: string; readonly as: (fact: string) => string };
  /** Pointers to what it must find in the payload. */
  readonly needs: readonly string[];
  /** The entry that the sample leaves; a function where it takes the event's id, or the fact that it is keyed by. */
  readonly entry: object | ((id: string) => object);
};

/** By the name of the event file. */
export const examples: Readonly<Record<string, Example>> = {
  "generic/_other": {
    processor: generic,
    run: (attempt, ledger) => keepArrival(attempt, { ledger }),
    needs: [],
    sample: "form.submitted",
    entry: (event: string) => ({ kind: "arrival", event, bytes: 99 }),
  },
  "github/push": {
    processor: push,
    run: (attempt, outbox) => announcePush(attempt, { outbox }),
    needs: ["/repository/full_name", "/repository/default_branch", "/commits"],
    entry: { to: "team", template: "pushed", about: "octo-org/octo-repo" },
  },
  "hackmamba/user.created": {
    processor: user,
    run: (attempt, outbox) => invite(attempt, { outbox }),
    needs: ["/data/object/email"],
    entry: { to: "ada@example.com", template: "first-steps", about: "your account" },
  },
  "hackmamba/project.created": {
    processor: project,
    run: (attempt, ledger) => setUp(attempt, { ledger }),
    needs: ["/data/object/id"],
    entry: { kind: "project", project: "project_sample" },
  },
  "hackmamba/payment.succeeded": {
    processor: payment,
    run: (attempt, ledger) => activate(attempt, { ledger }),
    needs: ["/data/object/id"],
    entry: { kind: "activation", payment: "payment_sample" },
  },
  "hotmart/PURCHASE_APPROVED": {
    processor: purchase,
    run: (attempt, outbox) => sendWelcome(attempt, { outbox }),
    keyed: { by: "/data/purchase/transaction", as: (transaction) => `welcome ${transaction}` },
    needs: ["/data/buyer/email", "/data/product/name", "/data/purchase/transaction"],
    entry: { to: "buyer@example.com", template: "welcome", about: "Produção de Cerâmica" },
  },
  "hotmart/SUBSCRIPTION_CANCELLATION": {
    processor: cancellation,
    run: (attempt, outbox) => winBack(attempt, { outbox }),
    needs: ["/data/subscriber/email", "/data/product/name"],
    entry: { to: "subscriber@example.com", template: "win-back", about: "Produção de Cerâmica" },
  },
  "hotmart-hottok/PURCHASE_APPROVED": {
    processor: hottok,
    run: (attempt, ledger) => lookUp(attempt, { ledger }),
    keyed: { by: "/data/purchase/transaction", as: (transaction) => `look-up ${transaction}` },
    needs: ["/data/purchase/transaction"],
    entry: (id) => ({ kind: "look-up", what: "hotmart purchase", id }),
  },
  "standard-webhooks/contact.created": {
    processor: contact,
    run: (attempt, ledger) => keepContact(attempt, { ledger }),
    needs: ["/data/id"],
    entry: { kind: "contact", contact: "contact_sample" },
  },
  "stripe/invoice.paid": {
    processor: invoice,
    run: (attempt, ledger) => credit(attempt, { ledger }),
    needs: ["/data/object/customer", "/data/object/amount_paid", "/data/object/currency"],
    entry: { kind: "credit", account: "cus_sample", amount: 2000, currency: "eur" },
  },
  "whatalo/order.created": {
    processor: order,
    run: (attempt, ledger) => fulfil(attempt, { ledger }),
    needs: ["/data/id", "/data/items"],
    entry: { kind: "order", store: "my-store", order: "order_sample", items: 1 },
  },
  "whatalo-timestamped/app.installed": {
    processor: installed,
    run: (attempt, ledger) => provision(attempt, { ledger }),
    needs: [],
    entry: { kind: "merchant", account: "my-store" },
  },
  "whop/membership.activated": {
    processor: activated,
    run: (attempt, ledger) => grantAccess(attempt, { ledger }),
    needs: ["/data/user/id", "/data/product/id"],
    entry: { kind: "grant", account: "user_sample", product: "prod_sample", tenant: "biz_sample" },
  },
  "whop/payment.succeeded": {
    processor: paid,
    run: (attempt, ledger) => creditUser(attempt, { ledger }),
    keyed: { by: "/data/id", as: (payment) => `credit ${payment}` },
    needs: ["/data/id", "/data/user/id", "/data/total", "/data/currency"],
    entry: { kind: "credit", account: "user_sample", amount: 6.9, currency: "usd" },
  },
  "whop/membership.trial_ending_soon": {
    processor: trial,
    run: (attempt, ledger) => showBanner(attempt, { ledger }),
    needs: ["/data/user/id", "/data/renewal_period_end"],
    entry: { kind: "banner", account: "user_sample", until: "2026-01-08T10:00:00.000Z" },
  },
  "whop/member.created": {
    processor: member,
    run: (attempt, ledger) => subscribe(attempt, { ledger }),
    needs: ["/data/user/email"],
    entry: { kind: "subscriber", list: "members", email: "zoe@example.com" },
  },
  "whop-legacy/membership.went_valid": {
    processor: wentValid,
    run: (attempt, ledger) => welcome(attempt, { ledger }),
    needs: ["/data/user/id", "/data/product/id"],
    entry: { kind: "grant", account: "user_sample", product: "pass_sample", tenant: "biz_sample" },
  },
};
