import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkStages, sources, stages } from "../../infra/config.ts";

describe("the stages", () => {
  it("are right as they stand", () => {
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

  it("take https URLs, and nothing else, for registeredUrls", () => {
    checkStages({ dev: { removeData: true, logDays: 1, registeredUrls: { square: "https://hooks.example/square" } } });
    for (const url of ["", "hooks.example/square", "http://hooks.example/square", "/square"]) {
      assert.throws(() => checkStages({ dev: { removeData: true, logDays: 1, registeredUrls: { square: url } } }), {
        name: "TypeError",
        message: `Cannot configure stage "dev": registeredUrls of "square" must be an https URL, received "${url}"; correct it in infra/config.ts`,
      });
    }
  });

  it("take whole hours of up to a week, and nothing else, for expectedWithinHours", () => {
    for (const github of [1, 26, 168]) {
      checkStages({ dev: { removeData: true, logDays: 1, expectedWithinHours: { github } } });
    }
    for (const github of [0, -1, 1.5, 169, Number.NaN]) {
      assert.throws(() => checkStages({ dev: { removeData: true, logDays: 1, expectedWithinHours: { github } } }), {
        name: "TypeError",
        message: `Cannot configure stage "dev": expectedWithinHours of "github" must be a whole number from 1 to 168, received ${github}; correct it in infra/config.ts`,
      });
    }
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
