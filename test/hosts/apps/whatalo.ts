import process from "node:process";
import { createReceiver } from "@hookline/hookline";
import { whatalo } from "@hookline/hookline/providers";
import { log } from "./receiver.ts";

type Order = { readonly id: string; readonly status: string };
/** A body as Whatalo's page has it, with the data of one event. */
type Body<Data> = {
  readonly id: string;
  readonly event: string;
  readonly store: string;
  readonly timestamp: string;
  readonly data: Data;
};

const tell = (text: string) => console.log(`whatalo ${text}`);
let failed = false;

/** One source, at whatever path it is mounted, with a map of handlers as the pages of Whatalo's SDK have it. */
export const POST = createReceiver<{
  "order.created": Body<Order>;
  "order.status_changed": Body<Order>;
  "product.updated": Body<{ readonly id: string }>;
  "app.installed": Body<{ readonly plan: string }>;
  "app.uninstalled": Body<unknown>;
}>({
  provider: whatalo,
  secret: process.env.WHATALO_SECRET ?? "",
  handlers: {
    "order.created": async ({ payload }) => tell(`order ${payload.data.id} in ${payload.store}`),
    "order.status_changed": async ({ payload }) => tell(`order is ${payload.data.status}`),
    "product.updated": ({ payload }) => {
      // The first time only: the retry is processed.
      if (!failed) {
        failed = true;
        throw new Error("the product cannot be written");
      }
      tell(`product ${payload.data.id}`);
    },
    "app.installed": ({ payload }) => tell(`installed ${payload.data.plan}`),
    "app.uninstalled": ({ event }) => tell(`uninstalled from ${event.tenant}`),
  },
  onUnhandledEvent: ({ event }) => tell(`nobody wants ${event.type}`),
  log,
});
