import process from "node:process";
import { createApp } from "../app.ts";
import { bundleReceiver } from "../build/receiver-code.ts";

// The app that `hookline prove` deploys: one source and two event types. node infra/prove/app.ts STAGE BUNDLES ROUND
const [stage = "", bundles = "", round = "1"] = process.argv.slice(2);

const code = await bundleReceiver({
  events: new URL("events", import.meta.url),
  bundles,
  sources: { prove: "standard-webhooks" },
});
createApp({
  ...code,
  stages: {
    [stage]: {
      ...{ removeData: true, logDays: 1, allowSend: true, alarms: "few" },
      // It changes the verifier alone: the second round has a version to go back from.
      verifier: { memoryMegabytes: round === "1" ? 512 : 576 },
    },
  },
}).synth();
