import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { queueSuffix } from "../../infra/build/event-files.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Content, Happened } from "./stage-content.ts";

const minute = 60_000;
const erp = "Error: POST https://erp.example/api/invoices answered 503";
const lines = "PermanentError: the order has no line items\n  at lambdas/events/shopify/orders/create.ts:21";

type Fields = Readonly<Record<string, AttributeValue>>;

/** The ids are of a fixed form; the times are in the middle of a minute, so that a page shows the same for a while. */
type Row = readonly [
  minutesAgo: number,
  source: string,
  type: string,
  id: string,
  became: "done" | "dead" | "running" | "waiting" | "queued" | "spilled" | "ignored",
  tenant?: string,
];

const rows: readonly Row[] = [
  [1, "stripe", "invoice.paid", "evt_1SXk2aB7cQ0001", "running"],
  [2, "github", "push", "5f0d6c1e-0f3a-11f0-9c1b-000000000001", "done"],
  [2, "shopify", "orders/create", "6f2b6f0a-5c5d-4f0e-8a55-000000000002", "dead", "shop-1.example"],
  [3, "stripe-eu", "invoice.paid", "evt_1SXk2aB7cQ0003", "waiting", "acct_eu_17"],
  [4, "github", "issues", "5f0d6c1e-0f3a-11f0-9c1b-000000000004", "queued"],
  [6, "stripe", "charge.refunded", "evt_1SXk2aB7cQ0005", "done"],
  [7, "stripe", "customer.updated", "evt_1SXk2aB7cQ0006", "ignored"],
  [9, "shopify", "orders/create", "6f2b6f0a-5c5d-4f0e-8a55-000000000007", "done", "shop-2.example"],
  [12, "stripe", "invoice.paid", "evt_1SXk2aB7cQ0008", "spilled"],
  [15, "github", "push", "5f0d6c1e-0f3a-11f0-9c1b-000000000009", "done"],
  [21, "shopify", "orders/create", "6f2b6f0a-5c5d-4f0e-8a55-000000000010", "dead", "shop-1.example"],
  [34, "stripe-eu", "invoice.paid", "evt_1SXk2aB7cQ0011", "waiting", "acct_eu_04"],
];

/** The rest of the day: more than one page of the list. */
const more = Array.from({ length: 120 }, (_, index): Row => {
  const number = String(index + 100).padStart(4, "0");
  const shop = `shop-${1 + (index % 4)}.example`;
  if (index % 3 === 0) return [40 + 7 * index, "stripe", "invoice.paid", `evt_1SXk2aB7cQ${number}`, "done"];
  if (index % 3 === 1) return [40 + 7 * index, "github", "push", `5f0d6c1e-0f3a-11f0-9c1b-00000000${number}`, "done"];
  return [40 + 7 * index, "shopify", "orders/create", `6f2b6f0a-5c5d-4f0e-8a55-00000000${number}`, "done", shop];
});

const text = (S: string): AttributeValue => ({ S });
const number = (N: number): AttributeValue => ({ N: String(N) });

function recordOf(became: Row[4], received: number, now: number): Fields | undefined {
  const failed = (count: number, reason: string): AttributeValue => ({
    L: Array.from({ length: count }, (_, index) => ({
      M: { t: number(received + 2000 * 3 ** index), r: text(reason.slice(0, 100)) },
    })),
  });
  if (became === "done") return { st: text("done"), n: number(1) };
  if (became === "running") return { st: text("proc"), n: number(1), lu: number(now + 9.5 * minute) };
  if (became === "dead")
    return { st: text("failed"), n: number(1), nx: number(0), le: text(lines), as: failed(1, lines) };
  if (became !== "waiting") return undefined;
  return { st: text("failed"), n: number(4), nx: number(now + 6.5 * minute), le: text(erp), as: failed(4, erp) };
}

function happened([minutesAgo, source, type, id, became, tenant]: Row, now: number): Happened {
  const received = now - (minutesAgo + 0.3) * minute;
  const processor = `${source}/${type}`;
  const queue = queueSuffix(source, type);
  const record = recordOf(became, received, now);
  return {
    event: {
      ...{ id, type, source, key: `v1#id=${id}`, received: new Date(received), bodyCovered: true },
      ...defined({ tenant }),
      queues: became === "ignored" ? [] : [queue],
      body: new TextEncoder().encode(JSON.stringify(bodyOf(id, type))),
    },
    ...(record === undefined ? {} : { records: { [processor]: record } }),
    ...(became === "dead" ? { dead: queue } : {}),
    ...(became === "spilled" ? { spilled: queue } : {}),
  };
}

function bodyOf(id: string, type: string): object {
  const address = { street: "1 Example Street", city: "Exampleton", country: "DE" };
  const items = [{ sku: "TEA-250", quantity: 2, price: "12.50" }];
  return { id, type, created: 1_780_000_000, livemode: true, data: { amount: 2500, currency: "eur", address, items } };
}

/** A stage of several sources, with an event of each state and more than a page of others. */
export function usualStage(now: number): Content {
  return {
    sources: { github: "github", stripe: "stripe", "stripe-eu": "stripe", shopify: "shopify", square: "square" },
    processors: [
      ...["github/push", "github/issues", "stripe/invoice.paid", "stripe/charge.refunded"],
      ...["stripe-eu/invoice.paid", "shopify/orders/create", "square/payment.updated"],
    ],
    unset: "square",
    paused: "github/issues",
    happened: [...rows, ...more].map((row) => happened(row, now)),
  };
}
