import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createSecrets } from "../../lambdas/aws/secrets/secrets.ts";
import { asana } from "../../lambdas/providers/asana.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { context, createTestReceiver } from "../core/deliveries.ts";
import { createClock } from "../core/memory.ts";
import { randomOf, seed } from "../seed.ts";
import { createFakeClient } from "./fake-client.ts";

const turn = 30_000;

/** Asana's source at the deployed Lambda, its secret in a Secrets Manager whose calls are counted by their time. */
function createVault() {
  const clock = createClock();
  const vault: { stored?: string; isDown: boolean } = { isDown: false };
  const calls: number[] = [];
  const { client } = createFakeClient<SecretsManagerClient>((input) => {
    calls.push(clock.now().getTime());
    if (vault.isDown) throw new Error("throttled");
    if ("SecretString" in input) vault.stored = String(input.SecretString);
    return input.VersionStage === "AWSCURRENT"
      ? { SecretString: vault.stored ?? "", CreatedDate: clock.now(), VersionId: "v" }
      : {};
  });
  const { secrets, keep } = createSecrets(client, "dev/", clock.now, () => clock.now().getTime())("asana");
  const { options } = createTestReceiver();
  const lambda = verifier({ ...options, now: clock.now, sources: { asana: { provider: asana, secrets, keep } } });
  const send = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const delivery = {
      ...{ method: "POST", url: "https://hooks.example/asana", headers: new Headers(headers) },
      body: new TextEncoder().encode("{}"),
    };
    return (await lambda(functionUrlEvent(delivery, true), context)).statusCode ?? 0;
  };
  return {
    ...{ vault, clock, calls },
    plain: () => send({}),
    wrong: () => send({ "x-hook-signature": "0".repeat(64) }),
    hands: (secret = "junk") => send({ "x-hook-secret": secret }),
    open() {
      const handshakeUntil = new Date(clock.now().getTime() + 10 * 60_000).toISOString();
      vault.stored = JSON.stringify([{ handshakeUntil }]);
    },
  };
}

/** The most of these times that lie within one turn. */
function mostInATurn(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + turn).length));
}

describe("the calls of Secrets Manager that unsigned requests can cause", () => {
  for (const stored of [undefined, "a secret of this trial", "{malformed", "changeme"]) {
    for (const isDown of [false, true]) {
      const state = `${stored ?? "nothing"} is stored${isDown ? " and it is down" : ""}`;

      it(`are at most four in 30 s, whatever is sent, where ${state} (seed ${seed})`, async () => {
        const chance = randomOf(seed);
        const { vault, clock, calls, plain, wrong, hands } = createVault();
        Object.assign(vault, { stored, isDown });
        for (let n = 0; n < 400; n += 1) {
          clock.advance(Math.floor(chance() * 4000));
          const status = await [plain, wrong, hands][Math.floor(chance() * 3)]?.();
          assert.ok(status === 401 || status === 503, `${status}`);
        }
        assert.ok(calls.length > 20);
        // A call that fails is tried once more.
        assert.ok(mostInATurn(calls) <= (isDown ? 8 : 4), `${mostInATurn(calls)}`);
      });
    }
  }
});

describe("a secret that a fetch did not find", () => {
  it("is looked up again after 30 s: the first secret counts then, whatever was sent before", async () => {
    const { vault, clock, plain, wrong, hands } = createVault();
    for (const send of [plain, wrong, hands, plain, wrong, hands]) assert.ok((await send()) >= 401);
    vault.stored = "a secret of this trial";
    clock.advance(turn);
    assert.equal(await plain(), 401, "503 before it was set");
  });

  it("is looked up again after 30 s: an opened window counts then", async () => {
    const { vault, clock, open, plain, wrong, hands } = createVault();
    for (const stored of [undefined, "a secret of this trial"]) {
      if (stored !== undefined) vault.stored = stored;
      for (const send of [plain, wrong, hands, plain, wrong, hands]) await send();
      open();
      clock.advance(turn);
      // Junk has its turn first, and that turn brings it in.
      await wrong();
      assert.equal(await hands("handed over"), 200);
      assert.match(vault.stored ?? "", /handed over/);
      clock.advance(turn);
    }
  });

  it("is also a secret for which Secrets Manager did not answer", async () => {
    const { vault, clock, plain } = createVault();
    Object.assign(vault, { stored: "a secret of this trial", isDown: true });
    assert.equal(await plain(), 503);
    assert.equal(await plain(), 503);
    vault.isDown = false;
    clock.advance(turn);
    assert.equal(await plain(), 401);
  });
});
