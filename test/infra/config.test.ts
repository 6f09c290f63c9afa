import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Lazy } from "aws-cdk-lib";
import { checkStages, sources, stages } from "../../infra/config.ts";

describe("the stages", () => {
  it("are valid as shipped", () => {
    checkStages(stages);
    assert.deepEqual(Object.keys(stages), ["dev", "prod"]);
    assert.equal(stages.dev?.removeData, true);
    assert.equal(stages.prod?.removeData, false);
    assert.deepEqual(sources, {});
  });

  it("take names of 1 to 16 lower-case letters and digits", () => {
    for (const name of ["a", "dev2", "a".repeat(16)]) checkStages({ [name]: { removeData: true, logDays: 1 } });
  });

  it("take no other name, and say so with the name", () => {
    for (const name of ["", "1st", "Dev", "dev-eu", "dev_eu", "dev eu", "dlq", "a".repeat(17)]) {
      assert.throws(() => checkStages({ [name]: { removeData: true, logDays: 1 } }), {
        name: "TypeError",
        message: `Cannot configure stage "${name}": its name must be 1 to 16 lower-case letters and digits, and not "dlq"; rename it in infra/config.ts`,
      });
    }
  });

  const fails = (config: object, message: string, name = "TypeError") =>
    assert.throws(
      () => checkStages({ dev: { removeData: true, logDays: 1, ...config } }, { square: "square", github: "github" }),
      {
        name,
        message: `Cannot configure stage "dev": ${message}; correct or leave it out in infra/config.ts`,
      },
    );

  it("take the valid values of each field", () => {
    const zone = { id: "Z1", name: "example.com" };
    const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b-2c3d";
    const square = { registeredUrl: "https://hooks.example/square", bodyLimitBytes: 65_536, livemode: "only" } as const;
    checkStages(
      {
        dev: {
          ...{ removeData: true, logDays: 1, account: "123456789012", region: "eu-central-1" },
          alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:chat",
          sources: { square: { ...square, allowedIps: ["192.0.2.1", "2001:db8::/32"], expectedWithinHours: 168 } },
          entrances: { functionUrl: false },
          debugShare: 0.01,
          allowSend: true,
          archive: false,
          domain: { name: "hooks.example.com", certificateArn, hostedZone: zone },
          verifier: {
            memoryMegabytes: 1024,
            reservedConcurrency: 10,
            provisionedConcurrency: 10,
            gradualDeployment: true,
          },
        },
      },
      { square: "square" },
    );
  });

  it("name the expected and the received value of a wrong field", () => {
    fails(
      { sources: { square: { registeredUrl: "http://hooks.example" } } },
      'sources["square"].registeredUrl must be an https URL, received "http://hooks.example"',
    );
    fails({ sources: { github: { spill: "yes" } } }, 'sources["github"].spill must be true or false, received "yes"');
    fails({ archive: true }, "archive must be an object with days, or false, received true");
    fails({ archive: { days: 0 } }, "archive.days must be a whole number from 1 to 3650, received 0", "RangeError");
    fails({ archive: {} }, "archive.days must be a whole number from 1 to 3650, received nothing");
    fails({ debugShare: 5 }, "debugShare must be a number from 0 to 1, received 5", "RangeError");
    fails({ allowSend: "yes" }, 'allowSend must be true or false, received "yes"');
    fails({ sources: { stripe: {} } }, 'sources["stripe"] must be one of square, github, received "stripe"');
    fails(
      { sources: { github: { toleranceSeconds: 60 } } },
      'sources["github"].toleranceSeconds must be left out: its provider\'s scheme has no window that can be set, received 60',
    );
    fails(
      { sources: { square: { bodyLimitBytes: 1 } } },
      'sources["square"].bodyLimitBytes must be a whole number from 1024 to 6291456, received 1',
      "RangeError",
    );
    fails(
      { sources: { square: { expectedWithinHours: 169 } } },
      'sources["square"].expectedWithinHours must be a whole number from 1 to 168, the longest that an alarm looks back, received 169',
      "RangeError",
    );
    fails(
      { sources: { square: { expectedWithinHours: 1.5 } } },
      'sources["square"].expectedWithinHours must be a whole number from 1 to 168, the longest that an alarm looks back, received 1.5',
      "RangeError",
    );
    fails(
      { sources: { square: { allowedIps: ["192.0.2.0/33"] } } },
      'sources["square"].allowedIps[0] must be an IP address or a range such as 192.0.2.0/24, received "192.0.2.0/33"',
    );
    fails(
      { sources: { square: { allowedIps: [["192.0.2.1"]] } } },
      'sources["square"].allowedIps[0] must be an IP address or a range such as 192.0.2.0/24, received a list',
    );
    fails(
      { sources: { square: { livemode: "live" } } },
      'sources["square"].livemode must be "only" or "both", received "live"',
    );
    fails(
      { entrances: { functionUrl: false, api: false } },
      "entrances must be open: one of functionUrl and api at least, received an object",
    );
    fails(
      { entrances: { throttle: { ratePerSecond: 50 } } },
      "entrances.throttle.burst must be a whole number from 1 to 100000, received nothing",
    );
    fails(
      { entrances: { api: false, throttle: { ratePerSecond: 50, burst: 100 } } },
      "entrances.throttle must be left out while entrances.api is false, received an object",
    );
    fails({ account: "12" }, 'account must be 12 digits, received "12"');
    fails({ region: "Frankfurt" }, 'region must be the name of a region, such as "eu-central-1", received "Frankfurt"');
    fails({ alarmTopicArn: "chat" }, 'alarmTopicArn must be the ARN of an SNS topic, received "chat"');
    fails(
      { verifier: { provisionedConcurrency: 5, reservedConcurrency: 4 } },
      "verifier.provisionedConcurrency must be a whole number of no more than reservedConcurrency, received 5",
      "RangeError",
    );
    fails(
      { verifier: { memoryMegabytes: 64 } },
      "verifier.memoryMegabytes must be a whole number from 128 to 10240, received 64",
      "RangeError",
    );
    const domain = {
      name: "hooks.example.com",
      certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b",
    };
    fails(
      { domain: { ...domain, certificateArn: "arn" } },
      'domain.certificateArn must be the ARN of a certificate of ACM, received "arn"',
    );
    fails(
      { domain: { ...domain, hostedZone: { id: "Z1", name: "example.org" } } },
      'domain.hostedZone.name must be a part of hooks.example.com, received "example.org"',
    );
    fails(
      { domain, entrances: { api: false } },
      'domain must be left out while entrances.api is false, received "hooks.example.com"',
    );
    const many = Array.from({ length: 300 }, (_, index) => `192.0.2.${index % 256}`);
    fails(
      { sources: { square: { allowedIps: many } } },
      "sources must be no more than 3000 bytes as JSON, since the verifier's environment holds it, received 4063",
    );
    // The stack alone reads these.
    const expected = Array.from({ length: 200 }, (_, index) => [`square-${index}`, { expectedWithinHours: 6 }]);
    checkStages({ dev: { removeData: true, logDays: 1, sources: Object.fromEntries(expected) } });
  });

  it("take an ARN that CDK knows later, a domain in any script, and a zone as Route 53 writes it", () => {
    const certificateArn = Lazy.string({ produce: () => "arn:aws:acm:eu-west-1:123456789012:certificate/1" });
    const hostedZone = { id: "Z1", name: "xn--p1ai." };
    checkStages({
      dev: {
        removeData: true,
        logDays: 1,
        alarmTopicArn: certificateArn,
        domain: { name: "hooks.xn--p1ai", certificateArn, hostedZone },
      },
    });
  });

  it("know no provider of a name that every object has", () => {
    checkStages({ dev: { removeData: true, logDays: 1, sources: { constructor: { toleranceSeconds: 60 } } } });
  });

  it("refuse an option under its old name, and name the new one", () => {
    const old: object = { doors: { functionUrl: false } };
    assert.throws(() => checkStages({ dev: { removeData: true, logDays: 1, ...old } }), {
      name: "TypeError",
      message:
        'Cannot configure stage "dev": doors is now called entrances; correct or leave it out in infra/config.ts',
    });
  });

  it("take an e-mail address, and nothing else, for alarmEmail", () => {
    checkStages({ dev: { removeData: true, logDays: 1, alarmEmail: "on-call@example.com" } });
    for (const alarmEmail of ["", "on-call", "@example.com", "on-call@", "on call@example.com", "a@b@c"]) {
      assert.throws(() => checkStages({ dev: { removeData: true, logDays: 1, alarmEmail } }), {
        name: "TypeError",
        message: `Cannot configure stage "dev": alarmEmail must be an e-mail address, received "${alarmEmail}"; correct or leave it out in infra/config.ts`,
      });
    }
  });
});
