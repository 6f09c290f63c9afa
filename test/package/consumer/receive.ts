import {
  createReceiver,
  type DedupeStore,
  type Delivery,
  type EventQueue,
  type IngressRecord,
  sign,
} from "@hookline/hookline";
import { github, providers } from "@hookline/hookline/providers";

const records = new Map<string, IngressRecord>();
const dedupe: DedupeStore = {
  async claim(key, mine) {
    const held = records.get(key);
    if (held !== undefined) return { won: false, held };
    records.set(key, mine);
    return { won: true };
  },
  read: async (key) => records.get(key),
  async mark(key) {
    const held = records.get(key);
    if (held !== undefined) records.set(key, { ...held, state: "enqueued" });
  },
  async reopen(key) {
    records.delete(key);
  },
};
const sent: string[] = [];
const queue: EventQueue = {
  wants: (source, type) => [`${source}-${type}`],
  async send(name, events) {
    sent.push(...events.map(({ id }) => `${name} ${id}`));
    return events.map(() => ({ sent: true }));
  },
};
const secret = "It's a Secret to Everybody";
const receive = createReceiver({
  sources: { github: { provider: github, secrets: async () => [secret] } },
  dedupe,
  queue,
});

async function post(delivery: Delivery): Promise<string> {
  const { method, url, headers, body } = delivery;
  const response = await receive(new Request(url, { method, headers, body: new Uint8Array(body) }));
  const { outcome, error } = await response.json();
  return `${response.status} ${outcome ?? error}`;
}

const headers = new Headers({ "x-github-event": "push", "x-github-delivery": "demo" });
const body = new TextEncoder().encode('{"ref":"refs/heads/main"}');
const unsigned: Delivery = { method: "POST", url: "https://hooks.example/github", headers, body };
const signed = await sign(unsigned, { provider: github, secret, now: new Date() });
const answers = [
  await post(signed),
  await post(signed),
  await post({ ...signed, body: new TextEncoder().encode("{}") }),
];
console.log(JSON.stringify({ answers, sent, providers: Object.keys(providers).length }));
