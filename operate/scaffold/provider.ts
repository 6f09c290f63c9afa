import { constantOf } from "../../infra/build/provider-constant.ts";
import type { NewFile } from "./files.ts";

/**
 * The files of a new provider that signs the body with HMAC-SHA256 in hex: its description, vectors and a sample.
 *
 * @param name Lower-case letters, digits and "-".
 * @param month When its documentation was read, such as `2026-11`.
 */
export function providerFiles(name: string, month: string): readonly NewFile[] {
  return [
    { path: `lambdas/providers/${name}.ts`, text: descriptionText(name, month) },
    { path: `test/providers/rows/${name}.ts`, text: rowText(name) },
    { path: `test/providers/identities/${name}.ts`, text: identityText },
    { path: `lambdas/providers/samples/${name}/order.created.json`, text: sampleText },
  ];
}

function titleOf(name: string): string {
  return name.replaceAll(/(^|-)(.)/g, (_, dash: string, letter: string) => `${dash && " "}${letter.toUpperCase()}`);
}

function descriptionText(name: string, month: string): string {
  return `import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * ${titleOf(name)}.
 *
 * - **Secret**: where it is found in the dashboard. The whole text is the key.
 * - **Signed**: the body alone, \`x-${name}-signature\`, HMAC-SHA256 in hex. No timestamp, so a captured body can be sent
 *   again.
 * - **Id and type**: \`/id\` and \`/type\` of the signed body. One id is one event, hence the identity.
 * - **Retry**: unknown: nothing is known of it. By \`/id\` it is the same event.
 * - **Patience**: 10 s and 24 hours of retries are assumed.
 *
 * Unverified: all of it, until you have compared it with the provider's documentation and a real delivery.
 *
 * @see https://example.com/${name}/webhooks (${month})
 */
export const ${constantOf(name)}: Provider = defineProvider({
  name: "${name}",
  title: "${titleOf(name)}",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-${name}-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { json: "/id" }, type: { json: "/type" } },
});
`;
}

function rowText(name: string): string {
  return `import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

// Vectors are made by node:crypto alone: write down here what the provider does, not what our code does.
export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-${name}-signature" },
  body: '{"id":"evt_1","type":"order.created","note":"é✓ $& {body}"}',
  event: { id: "evt_1", type: "order.created" },
  strangers: (body) => ({ "x-signature": hmac(overBody.secret, "hex", body) }),
};
`;
}

const identityText = `import type { Identity } from "../identities.ts";

const event = { id: "evt_1", type: "order.created" };

// Write down here what the provider documents: two events that are nearly alike, and what a retry changes.
export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "evt_2" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
`;

const sampleText = `{
  "id": "evt_sample",
  "type": "order.created",
  "data": { "order": 1 }
}
`;
