import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../../lambdas/core/bytes/crc32.ts";
import { formFields, oneField } from "../../../lambdas/core/events/form.ts";
import { jsonObject, objectOf, textOf } from "../../../lambdas/core/events/strict-json.ts";
import { checkJwtTimes, readJwt, writeJwt } from "../../../lambdas/core/verify/jwt.ts";
import { secretParts } from "../../../lambdas/core/verify/secret-parts.ts";

const utf8 = new TextEncoder();
const fields = (text: string) => formFields(utf8.encode(text));

describe("a form", () => {
  it("is read in its order, decoded", () => {
    assert.deepEqual(fields("b=%C3%A9+%2B&a=1=2&a&&=x&c="), [
      ["b", "é +"],
      ["a", "1=2"],
      ["a", ""],
      ["", "x"],
      ["c", ""],
    ]);
    assert.deepEqual(fields(""), []);
    assert.deepEqual(fields("\u{feff}a=1"), [["\u{feff}a", "1"]]);
  });

  it("is none where it is not right", () => {
    for (const text of ["a=%", "a=%zz", "%ff=1", "a=%C3"]) assert.equal(fields(text), undefined, text);
    assert.equal(formFields(Uint8Array.of(0x61, 0x3d, 0xff)), undefined);
    assert.equal(fields("a=1&".repeat(1023))?.length, 1023);
    assert.equal(fields("a=1&".repeat(1024)), undefined);
  });

  it("has one field of a name, or none", () => {
    const found = fields("a=1&b=2&b=2&__proto__=3") ?? [];
    assert.deepEqual(
      ["a", "b", "c", "constructor", "__proto__"].map((name) => oneField(found, name)),
      ["1", undefined, undefined, undefined, "3"],
    );
  });
});

describe("an object of JSON", () => {
  it("is strict, and its members are its own", () => {
    assert.deepEqual(jsonObject(utf8.encode('{"a":1}')), { a: 1 });
    for (const text of ["", "[]", "1", "null", "{", "\u{feff}{}", '{"a":1}x']) {
      assert.equal(jsonObject(utf8.encode(text)), undefined, text);
    }
    assert.equal(jsonObject(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), undefined);
    const object = { text: "t", object: {}, list: [], nothing: null };
    const names = ["text", "object", "list", "nothing", "constructor", "toString", "__proto__"];
    assert.deepEqual(
      names.map((name) => textOf(object, name)),
      ["t", ...names.slice(1).map(() => undefined)],
    );
    assert.deepEqual(
      names.map((name) => objectOf(object, name)),
      [undefined, {}, ...names.slice(2).map(() => undefined)],
    );
  });

  it("may be nested deep", () => {
    assert.equal(jsonObject(utf8.encode("[".repeat(100_000))), undefined);
    jsonObject(utf8.encode(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`));
  });
});

describe("the parts of a secret", () => {
  it("are as many as are wanted, and none is empty", () => {
    assert.deepEqual(secretParts("a|b", 2), ["a", "b"]);
    assert.deepEqual(secretParts("a|b|c", 3), ["a", "b", "c"]);
    for (const text of ["", "a", "a|", "|b", "a|b|c", "a | b", "|"])
      assert.equal(secretParts(text, 2), undefined, text);
  });
});

describe("CRC-32", () => {
  it("is that of zip", () => {
    assert.equal(crc32(utf8.encode("123456789")), 0xcbf43926);
    assert.equal(crc32(new Uint8Array()), 0);
    assert.equal(crc32(new Uint8Array(32).fill(255)), 0xff6cab0b);
  });
});

const header = { alg: "HS256", kid: "k", typ: "JWT" };
const token = writeJwt(header, { a: "é" }, () => utf8.encode("signature"));
const read = (text: string | undefined) => readJwt(text, "HS256", "it");
const reason = (text: string | undefined) => {
  const result = read(text);
  return result.kind === "refused" ? result.reason : result.kind;
};

describe("a token", () => {
  it("is taken apart", () => {
    const jwt = read(token);
    assert.ok(jwt.kind === "jwt");
    assert.deepEqual([jwt.kid, jwt.claims], ["k", { a: "é" }]);
    assert.equal(new TextDecoder().decode(jwt.content), token.split(".").slice(0, 2).join("."));
    assert.equal(new TextDecoder().decode(jwt.signature), "signature");
  });

  it("is malformed in every other spelling", () => {
    const [head = "", payload = "", signature = ""] = token.split(".");
    const by = (change: object) => writeJwt({ ...header, ...change }, {}, () => utf8.encode("s"));
    const raw = (text: string) => btoa(text).replace(/=+$/, "");
    assert.equal(reason(undefined), "signature-missing");
    const odd = [
      ...["", ".", "..", "a.b.c", `${token}=`, ` ${token}`, `${token}\n`, `${token}.`, `${head}.${payload}`],
      ...[
        `${head}.${payload}.`,
        `.${payload}.${signature}`,
        `${head}..${signature}`,
        `${head}.${payload}.${signature}1`,
      ],
      ...[by({ alg: "none" }), by({ alg: "hs256" }), by({ alg: ["HS256"] }), by({ alg: "RS256" }), by({ crit: [] })],
      ...[`${raw("[]")}.${payload}.${signature}`, `${head}.${raw("null")}.${signature}`, `${head}.${raw("{")}.a`],
      ...["a".repeat(9000), `${head}.${"a".repeat(9000)}.${signature}`, token.replace("e", "+")],
    ];
    for (const text of odd) assert.equal(reason(text), "signature-malformed", text.slice(0, 60));
  });

  it("is three parts, and no fourth before or behind them", () => {
    for (const text of [`${token}.a`, `a.${token}`, `${token}.${token}`]) {
      assert.equal(reason(text), "signature-malformed");
    }
  });

  it("has 8 192 characters at most", () => {
    const [head = "", payload = ""] = token.split(".");
    const rest = 8192 - `${head}.${payload}.`.length;
    // A length that base64url can have, and not one character more than is left.
    const long = (more: number) => `${head}.${payload}.${"A".repeat(rest + more)}`;
    assert.notEqual(rest % 4, 1);
    assert.equal(reason(long(0)), "jwt");
    assert.notEqual((rest + 4) % 4, 1);
    for (const more of [1, 2, 3, 4]) assert.equal(reason(long(more)), "signature-malformed");
  });

  it("never throws, whatever is sent", () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const letters = `${token}.=+/%\u0000é "{}[]|&;`;
    for (let turn = 0; turn < 3000; turn += 1) {
      const at = random(token.length);
      const piece = Array.from({ length: random(6) }, () => letters[random(letters.length)]).join("");
      const text = token.slice(0, at) + piece + token.slice(at + random(4));
      read(text);
      formFields(utf8.encode(text));
      jsonObject(utf8.encode(text));
    }
  });

  it("is valid between its times, with the leeway on both sides", () => {
    const now = new Date(1000_000);
    const check = (claims: object, required: readonly ("exp" | "nbf" | "iat")[] = []) =>
      checkJwtTimes({ ...claims }, { required, leewaySeconds: 10, mostSeconds: 300 }, now)?.reason;
    for (const claims of [{}, { exp: 990 }, { nbf: 1010 }, { iat: 1010 }, { iat: 700 }, { exp: 2e9, nbf: 0 }]) {
      assert.equal(check(claims), undefined, JSON.stringify(claims));
    }
    for (const claims of [{ exp: 989 }, { nbf: 1011 }, { iat: 1011 }, { iat: 699 }]) {
      assert.equal(check(claims), "timestamp-outside-window", JSON.stringify(claims));
    }
    for (const exp of ["1000", null, {}, Number.POSITIVE_INFINITY, Number.NaN, [1000]]) {
      assert.equal(check({ exp }), "timestamp-malformed");
    }
    for (const name of ["exp", "nbf", "iat"] as const) assert.equal(check({}, [name]), "timestamp-malformed");
  });
});
