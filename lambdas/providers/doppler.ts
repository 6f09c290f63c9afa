import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Doppler.
 *
 * - **Secret**: Doppler → the project → Webhooks → the webhook → Secret; the text you typed there. Without one Doppler
 *   signs nothing, and all is refused.
 * - **Signed**: the body alone, `X-Doppler-Signature: sha256=` + hex. No time is signed, so a captured body can be
 *   sent again.
 * - **Id and type**: `/type` of the signed body (`config.secrets.update`). No id is documented. The default payload
 *   says which config was changed and not when, so that two changes have the same bytes. Each delivery is therefore an
 *   event of its own; an identity by the body would lose the second change. Ask Doppler's API for the state instead of
 *   counting events. A payload of your own has a type only where you put `type` in it.
 * - **Retry**: another event: no field tells it from a second change.
 * - **Patience**: generally delivered once; no figures were found. 10 s and 1 hour are assumed.
 *
 * @see https://docs.doppler.com/docs/webhooks (2026-11)
 */
export const doppler: Provider = defineProvider({
  name: "doppler",
  title: "Doppler",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "delivery",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-doppler-signature", take: "sha256=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { type: { json: "/type" }, tenant: { json: "/workplace/id" } },
  lacks: ["type"],
});
