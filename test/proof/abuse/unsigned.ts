import { providers } from "../../../lambdas/providers/mod.ts";
import { newSecret } from "../../../local/aws/secret-value.ts";
import { codedRows, requestOf, rows } from "../../providers/rows.ts";
import { receiverOf } from "../../providers/test-receiver.ts";

/** A body that its provider never signed, beside what hashing as many bytes takes. */
export type Refused = {
  readonly provider: string;
  readonly body: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly hashMilliseconds: number;
};

const utf8 = new TextEncoder();

/** Bodies that are dear to whoever reads them. */
const bodies: Readonly<Record<string, (bytes: number) => Uint8Array<ArrayBuffer>>> = {
  "nested lists": (bytes) => utf8.encode("[".repeat(bytes / 2) + "]".repeat(bytes / 2)),
  "a list of numbers": (bytes) => utf8.encode(`{"events":[${"1,".repeat((bytes - 14) / 2)}1]}`),
  "a form": (bytes) => utf8.encode("a=%41&".repeat(bytes / 6)),
};

/**
 * Sends the deployed Lambda of every provider bodies of so many bytes, under no headers and, where a signature covers the
 * body, under those of a delivery that was rightly signed.
 */
export async function* unsigned(bytes: number): AsyncGenerator<Refused> {
  for (const [body, make] of Object.entries(bodies)) {
    const sent = make(bytes);
    const started = performance.now();
    await crypto.subtle.digest("SHA-256", sent);
    const hashMilliseconds = performance.now() - started;
    for (const [name, provider] of Object.entries(providers)) {
      const row = rows[name] ?? codedRows[name];
      const deliver = receiverOf(provider, [row?.secret ?? newSecret(provider).secret]);
      const known = row !== undefined && provider.coversBody ? [requestOf(row).headers] : [];
      for (const headers of [{}, ...known]) {
        const began = performance.now();
        const { status } = await deliver({ headers, body: sent });
        yield { provider: name, body, status, milliseconds: performance.now() - began, hashMilliseconds };
      }
    }
  }
}

if (import.meta.main) {
  for await (const refused of unsigned(6_000_000)) console.log(JSON.stringify(refused));
}
