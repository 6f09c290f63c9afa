import { textAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Dropbox.
 *
 * - **Secret**: Dropbox App Console → the app → Settings → App secret. The whole text is the key.
 * - **Signed**: the body alone, `X-Dropbox-Signature`, plain hex. No time is signed, so a captured body can be sent
 *   again.
 * - **Id and type**: neither: the body names the accounts that something changed in (`/list_folder/accounts`), so that
 *   two changes have the same bytes. Each delivery is therefore an event of its own, retries and captured bodies
 *   included; an identity by the body would lose the second change. `lambdas/events/dropbox/_other.ts` gets all of
 *   them: ask Dropbox what changed since your cursor, which may be asked twice.
 * - **Retry**: another event: no field tells it from a second change.
 * - **Patience**: 10 s; retries, ever further apart, for about 10 minutes.
 * - **Handshake**: a GET when the URL is added, not signed; its `challenge` is answered as text.
 *
 * @see https://www.dropbox.com/developers/reference/webhooks (2026-11)
 */
export const dropbox: Provider = defineProvider({
  name: "dropbox",
  title: "Dropbox",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "delivery",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-dropbox-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: {},
  handshake: {
    method: "GET",
    signed: false,
    answer({ url }) {
      const challenge = new URL(url, "https://host").searchParams.get("challenge");
      if (challenge === null) return undefined;
      return textAnswer(challenge, { "x-content-type-options": "nosniff" });
    },
  },
});
