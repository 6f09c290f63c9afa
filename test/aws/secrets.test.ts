import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ResourceNotFoundException, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createSecrets, overlapHoursOf } from "../../lambdas/aws/secrets/secrets.ts";
import { github } from "../../lambdas/providers/github.ts";
import { razorpay } from "../../lambdas/providers/razorpay.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { context, createTestReceiver, githubDelivery, httpEvent } from "../core/deliveries.ts";
import { createClock } from "../core/memory.ts";
import { createFakeClient } from "./fake-client.ts";

const minute = 60_000;

function createVault() {
  const clock = createClock();
  const versions: Record<
    string,
    { readonly SecretString?: string; readonly SecretBinary?: Uint8Array; readonly CreatedDate: Date } | Error
  > = {};
  const { client, inputs } = createFakeClient<SecretsManagerClient>((input) => {
    const version = versions[String(input.VersionStage)];
    if (version instanceof Error) throw version;
    if (version === undefined) throw new ResourceNotFoundException({ message: "no such version", $metadata: {} });
    return version;
  });
  let passed = 0;
  const steady = { now: () => passed, pass: (milliseconds: number) => (passed += milliseconds) };
  return { clock, steady, versions, inputs, secretsOf: createSecrets(client, "hookline-dev/", clock.now, steady.now) };
}

describe("the secrets of a source", () => {
  it("are none until one is written, which counts at once", async () => {
    const { versions, secretsOf, clock, inputs } = createVault();
    const { secrets } = secretsOf("github");
    assert.deepEqual(await secrets(), []);
    versions.AWSCURRENT = { SecretString: " \n", CreatedDate: clock.now() };
    assert.deepEqual(await secrets(), []);
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    clock.advance(30_000);
    assert.deepEqual(await secrets(), ["one"]);
    assert.equal(inputs[0]?.SecretId, "hookline-dev/github");
  });

  it("are the current one and, for a day after it was replaced, the previous one", async () => {
    const { versions, secretsOf, clock } = createVault();
    versions.AWSCURRENT = { SecretString: "new", CreatedDate: clock.now() };
    versions.AWSPREVIOUS = { SecretString: "old", CreatedDate: new Date(0) };
    assert.deepEqual(await secretsOf("github").secrets(), ["new", "old"]);
    clock.advance(24 * 60 * minute - 1);
    assert.deepEqual(await secretsOf("github").secrets(), ["new", "old"]);
    clock.advance(1);
    assert.deepEqual(await secretsOf("github").secrets(), ["new"]);
  });

  it("are at fault where the source had one and has none, unlike those of a source that is not set up yet", async () => {
    for (const none of ["", "changeme", "[]", '[{"secret":"ended","until":"2020-01-01T00:00:00Z"}]']) {
      const { versions, secretsOf, clock } = createVault();
      versions.AWSCURRENT = { SecretString: none, CreatedDate: clock.now() };
      if (!none.includes("ended")) assert.deepEqual(await secretsOf("github").secrets(), [], none);
      versions.AWSPREVIOUS = { SecretString: "old", CreatedDate: new Date(0) };
      assert.deepEqual(await secretsOf("github").secrets(), ["old"], none);
      clock.advance(24 * 60 * minute - 1);
      const warm = secretsOf("github");
      assert.deepEqual(await warm.secrets(), ["old"], none);
      clock.advance(1);
      await assert.rejects(secretsOf("github").secrets(), /each has ended, or was replaced by none/, none);
      await assert.rejects(warm.secrets(), /each has ended/, `${none}: an environment that knew the old one`);
      versions.AWSPREVIOUS = { SecretString: "your-secret", CreatedDate: new Date(0) };
      if (!none.includes("ended")) assert.deepEqual(await secretsOf("github").secrets(), [], none);
    }
  });

  it("do not count where each was ended by its time, also in an environment that knew them without one", async () => {
    const { versions, secretsOf, clock, steady } = createVault();
    versions.AWSCURRENT = { SecretString: '[{"secret":"leaked"}]', CreatedDate: clock.now() };
    const warm = secretsOf("github");
    assert.deepEqual(await warm.secrets(), ["leaked"]);
    const SecretString = '[{"secret":"leaked","until":"2020-01-01T00:00:00Z"}]';
    versions.AWSCURRENT = { SecretString, CreatedDate: clock.now() };
    versions.AWSPREVIOUS = { SecretString, CreatedDate: clock.now() };
    clock.advance(5 * minute);
    steady.pass(5 * minute);
    await assert.rejects(warm.secrets(), /each has ended/);
  });

  it("are malformed where they are binary, and at fault behind a handshake's window that is over", async () => {
    const { versions, secretsOf, clock } = createVault();
    versions.AWSCURRENT = { SecretBinary: new Uint8Array([1]), CreatedDate: clock.now() };
    await assert.rejects(secretsOf("github").secrets(), /they are binary/);
    const window = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds).toISOString();
    versions.AWSPREVIOUS = { SecretString: "old", CreatedDate: new Date(0) };
    clock.advance(25 * 60 * minute);
    versions.AWSCURRENT = {
      SecretString: JSON.stringify([{ handshakeUntil: window(60_000) }]),
      CreatedDate: new Date(0),
    };
    assert.deepEqual(await secretsOf("github").secrets(), [], "the window is open");
    clock.advance(60_000);
    await assert.rejects(secretsOf("github").secrets(), /each has ended/);
  });

  it("overlap for longer where the provider's retries keep the signature for longer", async () => {
    const { versions, secretsOf, clock } = createVault();
    versions.AWSCURRENT = { SecretString: "new", CreatedDate: clock.now() };
    versions.AWSPREVIOUS = { SecretString: "old", CreatedDate: new Date(0) };
    const hours = overlapHoursOf({ retryHours: 72, retriesKeepSignature: true });
    clock.advance(72 * 60 * minute - 1);
    assert.deepEqual(await secretsOf("github", hours).secrets(), ["new", "old"]);
    clock.advance(1);
    assert.deepEqual(await secretsOf("github", hours).secrets(), ["new"]);
    assert.deepEqual([overlapHoursOf({ retryHours: 72 }), overlapHoursOf(razorpay)], [24, 24]);
    assert.equal(razorpay.retriesKeepSignature, true);
  });

  it("are fetched once in 5 minutes for each source", async () => {
    const { versions, secretsOf, clock, inputs } = createVault();
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    const { secrets } = secretsOf("github");
    await secrets();
    versions.AWSCURRENT = { SecretString: "two", CreatedDate: clock.now() };
    clock.advance(5 * minute - 1);
    assert.deepEqual(await secrets(), ["one"]);
    assert.equal(inputs.length, 2);
    clock.advance(1);
    assert.deepEqual(await secrets(), ["two"]);
    assert.deepEqual(await secretsOf("stripe").secrets(), ["two"]);
  });

  it("stay as they were while they cannot be fetched, and reject where none was fetched before", async () => {
    const { versions, secretsOf, clock } = createVault();
    const { secrets } = secretsOf("github");
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    await secrets();
    versions.AWSCURRENT = new Error("throttled");
    clock.advance(60 * minute);
    assert.deepEqual(await secrets(), ["one"]);
    await assert.rejects(secretsOf("stripe").secrets(), /throttled/);
  });
});

describe("a clock that is set back", () => {
  for (const [by, back] of [
    ["hours", 9 * 60 * minute],
    ["seconds", 40_000],
  ] as const) {
    /** Secrets that were fetched just before it was set back, and a new one that was written after it. */
    const setBack = async () => {
      const vault = createVault();
      const { secrets } = vault.secretsOf("github");
      vault.versions.AWSCURRENT = { SecretString: "one", CreatedDate: vault.clock.now() };
      assert.deepEqual(await secrets(true), ["one"]);
      vault.clock.advance(-back);
      vault.versions.AWSCURRENT = { SecretString: "two", CreatedDate: vault.clock.now() };
      return { ...vault, secrets };
    };

    it(`by ${by} hides a new secret for no longer than 5 minutes`, async () => {
      const { secrets, steady } = await setBack();
      steady.pass(5 * minute);
      assert.deepEqual(await secrets(), ["two"]);
    });

    it(`by ${by} does not prevent another fetch after 30 seconds`, async () => {
      const { secrets, steady } = await setBack();
      steady.pass(30_000);
      assert.deepEqual(await secrets(true), ["two"]);
    });

    it(`by ${by} does not lengthen the pause while Secrets Manager fails`, async () => {
      const { secrets, steady, versions } = await setBack();
      const written = versions.AWSCURRENT;
      versions.AWSCURRENT = new Error("throttled");
      steady.pass(5 * minute);
      assert.deepEqual(await secrets(), ["one"]);
      if (written !== undefined) versions.AWSCURRENT = written;
      steady.pass(30_000);
      assert.deepEqual(await secrets(), ["two"]);
    });
  }

  it("is no reason to ask at every delivery", async () => {
    const { versions, secretsOf, clock, inputs } = createVault();
    const { secrets } = secretsOf("github");
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    await secrets(true);
    clock.advance(-60 * minute);
    await secrets(true);
    const asked = inputs.length;
    for (let delivery = 0; delivery < 9; delivery += 1) await secrets(true);
    assert.equal(inputs.length, asked);
  });
});

describe("a function that was frozen", () => {
  it("trusts the wall clock, since the steady one stood still", async () => {
    const { versions, secretsOf, clock } = createVault();
    const { secrets } = secretsOf("github");
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    await secrets();
    versions.AWSCURRENT = { SecretString: "two", CreatedDate: clock.now() };
    clock.advance(5 * minute);
    assert.deepEqual(await secrets(), ["two"]);
  });
});

describe("a stored value that looks like JSON and is not a list of secrets", () => {
  const malformed = [
    '{"secret":"private"}',
    "[private]",
    '\u{feff}{"a":1}',
    '[{"secret":"private","until":"soon"}]',
    "{a",
  ];

  /** What the Lambda says of a delivery that is signed by the whole text. */
  async function told(stored: string, before?: string): Promise<string> {
    const { versions, secretsOf, clock } = createVault();
    const { options, lines } = createTestReceiver();
    versions.AWSCURRENT = { SecretString: stored, CreatedDate: clock.now() };
    if (before !== undefined) versions.AWSPREVIOUS = { SecretString: before, CreatedDate: new Date(0) };
    const sources = { github: { provider: github, secrets: secretsOf("github").secrets } };
    const lambda = verifier({ ...options, now: clock.now, sources });
    const { statusCode, body = "" } = await lambda(httpEvent(githubDelivery({ secret: stored }), true), context);
    assert.ok(!lines.join("").includes("private") && !body.includes("private"), "the stored value is told");
    const { error, outcome } = JSON.parse(body);
    return `${statusCode} ${error ?? outcome}`;
  }

  for (const [index, stored] of malformed.entries()) {
    it(`is answered 503, and is never used as a key (${index + 1})`, async () => {
      assert.equal(await told(stored), "503 secret-malformed");
      assert.equal(await told(stored, "one"), "503 secret-malformed");
    });

    it(`does not affect the secret that replaces it (${index + 1})`, async () => {
      assert.equal(await told("one", stored), "200 accepted");
      assert.equal(await told(JSON.stringify([{ secret: "one" }]), stored), "401 signature-wrong");
    });
  }

  it("is unset rather than malformed, where it is empty or holds a placeholder", async () => {
    for (const stored of ["{}", "\u{feff}{}", "{{secret}}", "null", "undefined", "[]", "\0", "\u200b", "sk_test_..."]) {
      assert.equal(await told(stored), "503 secret-unset", JSON.stringify(stored));
    }
  });

  it("is unlike a placeholder, after which the first secret counts as soon as it is written", async () => {
    const { versions, secretsOf, clock } = createVault();
    const { secrets } = secretsOf("github");
    versions.AWSCURRENT = { SecretString: "changeme", CreatedDate: clock.now() };
    assert.deepEqual(await secrets(), []);
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    assert.deepEqual(await secrets(), ["one"]);
  });
});

describe("a delivery that is refused by its signature", () => {
  /** The verifier's Lambda with GitHub's secrets out of a Secrets Manager. */
  function createRotation() {
    const vault = createVault();
    const { options } = createTestReceiver();
    const source = (name: string) => ({ provider: github, secrets: vault.secretsOf(name).secrets });
    const lambda = verifier({
      ...options,
      now: vault.clock.now,
      sources: { github: source("github"), other: source("other") },
    });
    let count = 0;
    const deliver = async (secret: string, path = "/github"): Promise<number | undefined> => {
      count += 1;
      const delivery = githubDelivery({ id: `delivery-${count}`, secret, path });
      return (await lambda(httpEvent(delivery, true), context)).statusCode;
    };
    const write = (secret: string) => {
      vault.versions.AWSCURRENT = { SecretString: secret, CreatedDate: vault.clock.now() };
    };
    write("one");
    return { ...vault, deliver, write };
  }

  it("is checked once more with the secrets fetched again: a rotation counts at once", async () => {
    const { deliver, write, inputs } = createRotation();
    assert.equal(await deliver("one"), 200);
    write("two");
    assert.equal(await deliver("two"), 200);
    assert.equal(inputs.length, 4);
    assert.equal(await deliver("two"), 200);
    assert.equal(inputs.length, 4, "the new one is cached");
  });

  it("causes one fetch in 30 seconds: junk neither floods Secrets Manager nor blocks a rotated secret", async () => {
    const { deliver, write, inputs, clock } = createRotation();
    assert.equal(await deliver("one"), 200);
    for (let junk = 0; junk < 20; junk += 1) assert.equal(await deliver("junk"), 401);
    assert.equal(inputs.length, 4);
    write("two");
    assert.equal(await deliver("two", "/other"), 200, "the turn of another source is its own");
    assert.equal(await deliver("two"), 401, "its turn was used up by junk, just before it was written");
    clock.advance(30_000 - 1);
    assert.equal(await deliver("junk"), 401);
    clock.advance(1);
    assert.equal(await deliver("junk"), 401);
    const before = inputs.length;
    assert.equal(await deliver("two"), 200, "the turn that junk used brought it in");
    assert.equal(inputs.length, before);
  });

  it("is answered by the cached secrets when a fetch fails, as are the deliveries after it", async () => {
    const { deliver, versions, inputs, clock } = createRotation();
    assert.equal(await deliver("one"), 200);
    versions.AWSCURRENT = new Error("throttled");
    assert.equal(await deliver("junk"), 401);
    assert.equal(await deliver("one"), 200);
    clock.advance(6 * minute);
    assert.equal(await deliver("one"), 200);
    const asked = inputs.length;
    assert.equal(await deliver("one"), 200);
    assert.equal(inputs.length, asked, "not asked at every delivery while it is unwell");
  });

  it("shares one refresh with other deliveries refused at the same time", async () => {
    const { deliver, write, inputs } = createRotation();
    assert.equal(await deliver("one"), 200);
    write("two");
    assert.deepEqual(await Promise.all([deliver("two"), deliver("two"), deliver("junk")]), [200, 200, 401]);
    assert.equal(inputs.length, 4);
  });
});

describe("a secret that a handshake hands over", () => {
  it("is known at once where it was kept, with no fetch in between", async () => {
    const { versions, secretsOf, clock, inputs } = createVault();
    const handshakeUntil = new Date(clock.now().getTime() + minute).toISOString();
    const SecretString = JSON.stringify([{ secret: "one" }, { handshakeUntil }]);
    versions.AWSCURRENT = { SecretString, CreatedDate: clock.now() };
    const { secrets, keep } = secretsOf("asana");
    assert.deepEqual(await secrets(), ["one"]);
    versions.undefined = { CreatedDate: clock.now() };
    assert.equal(await keep("two"), true);
    const asked = inputs.length;
    assert.deepEqual(await secrets(), ["one", "two"]);
    assert.equal(inputs.length, asked);
  });
});
