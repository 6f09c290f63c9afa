import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventsAt } from "../../../lambdas/core/events/batched-events.ts";
import { at, contradicted, eventFields, parseJson } from "../../../lambdas/core/events/fields.ts";
import { readJson, textAt } from "../../../lambdas/core/events/json-pointer.ts";
import { readDelivery } from "../../../lambdas/core/events/read-delivery.ts";
import { headerTexts } from "../../../lambdas/core/events/sent-headers.ts";
import { defineProvider, type Provider, type Scheme } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";

const utf8 = new TextEncoder();

function provider(events: Provider["events"]): Provider {
  return defineProvider({
    ...{ name: "acme", title: "Acme", coversBody: true, answerWithinSeconds: 10, retryHours: 1, identity: "id" },
    verification: {
      ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["id", "body"] },
      signature: { header: "x-signature" },
    },
    events,
  });
}

function delivery(body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return readDelivery({ method: "POST", url: "/acme", headers: new Headers(headers), body: bytes });
}

describe("a pointer into JSON", () => {
  it("finds what RFC 6901 says it finds", () => {
    const json = JSON.parse('{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"~1":9,"k\\"l":6," ":7}');
    const found = {
      "": json,
      "/foo": ["bar", "baz"],
      "/foo/0": "bar",
      "/": 0,
      "/a~1b": 1,
      "/c%d": 2,
      "/m~0n": 8,
      "/~01": 9,
      '/k"l': 6,
      "/ ": 7,
      "/foo/2": undefined,
      "/foo/-": undefined,
      "/nothing/here": undefined,
    };
    for (const [pointer, expected] of Object.entries(found)) assert.deepEqual(at(json, pointer), expected);
  });

  it("finds a name as it is meant, whether it is written with escapes or not", () => {
    const text = '{"a\\\\nb":[123456789012345678901],"a\\nb":[999999999999999999999],"\\u0061":1.0e30}';
    const read = { json: JSON.parse(text) as unknown, text };
    assert.equal(textAt(read, "/a\\nb/0"), "123456789012345678901");
    assert.equal(textAt(read, "/a\nb/0"), "999999999999999999999");
    assert.equal(textAt(read, "/a"), "1.0e30");
  });

  it("finds a number as it is written, also where it is the whole text", () => {
    for (const text of ["123456789012345678901", " 123456789012345678901\r\n"]) {
      assert.equal(textAt({ json: JSON.parse(text), text }, ""), "123456789012345678901");
    }
  });

  it("finds own properties only", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "constructor/name", "__proto__/x"]) {
      assert.equal(at({}, `/${name}`), undefined);
      assert.equal(at([], `/${name}`), undefined);
    }
    assert.equal(at(JSON.parse('{"__proto__":"mine"}'), "/__proto__"), "mine");
  });

  it("finds nothing in what is no object", () => {
    for (const json of [undefined, null, 1, "text", true]) {
      assert.equal(at(json, "/length"), undefined);
      assert.equal(at(json, "/0"), undefined);
    }
  });
});

describe("a body read as JSON", () => {
  it("may begin with a byte order mark and hold bytes that are not UTF-8", () => {
    assert.deepEqual(parseJson(new TextEncoder().encode('\u{feff}{"a":1}')), { a: 1 });
    assert.equal(parseJson(Uint8Array.of(0x22, 0xff, 0x22)), "\ufffd");
  });

  it("is undefined where it is not JSON, and never throws", () => {
    for (const text of ["", "{", "a=b", "\0", "NaN", '{"a":1}}', "[".repeat(200_000)]) {
      assert.equal(parseJson(new TextEncoder().encode(text)), undefined);
    }
  });

  it("may be nested deeply and is still read at its top", () => {
    const depth = 5000;
    const text = `{"id":"evt_1","deep":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const fields = eventFields(provider({ id: { header: "x-id" }, type: { json: "/id" } }), delivery(text));
    assert.deepEqual([...fields], [{ type: "evt_1" }]);
  });
});

describe("the fields of an event", () => {
  const events = {
    id: { header: "x-id" },
    type: { json: ["/event/type", "/type"] },
    tenant: { json: "/company" },
    livemode: { json: "/live" },
  } as const;
  const read = (body: unknown, headers = {}) => [
    ...eventFields(provider(events), delivery(JSON.stringify(body), headers)),
  ];

  it("are read from headers and by the first pointer that finds something", () => {
    const body = { event: { type: null }, type: "order.created", company: 17, live: "false" };
    assert.deepEqual(read(body, { "x-id": "evt_1" }), [
      { id: "evt_1", type: "order.created", tenant: "17", livemode: false },
    ]);
  });

  it("are omitted where they are not a text, number or flag", () => {
    for (const value of [null, "", {}, [], true]) assert.deepEqual(read({ type: value, company: value }), [{}]);
    for (const value of [null, 0, "yes", {}]) assert.deepEqual(read({ live: value }), [{}]);
    const endless = [...eventFields(provider(events), delivery('{"type":1e400,"company":-1e400}'))];
    assert.deepEqual(endless, [{}]);
  });

  it("keep the digits of a number that JavaScript would round, wherever it stands", () => {
    const [one, other] = ["820982911946154508", "820982911946154509"];
    assert.equal(Number(one), Number(other));
    for (const digits of [one, other, "9007199254740993", "-9007199254740993", "12345678901234567890"]) {
      const texts = [`{"id":${digits}}`, `{ "id" : 1, "id"\n:\t${digits} }`, `[{"id":2},{"id":${digits}}]`];
      assert.deepEqual(
        texts.map((text, index) => textAt(readJson(utf8.encode(text)), index === 2 ? "/1/id" : "/id")),
        [digits, digits, digits],
      );
      const pointers = { id: { json: "/a~1b/id" }, tenant: { json: "/t" } } as const;
      const fields = [
        ...eventFields({ ...github, events: pointers }, delivery(`{"a/b":{"id":${digits}},"t":${digits}}`)),
      ];
      assert.deepEqual([...fields], [{ id: digits, tenant: digits }]);
      const items = eventsAt("/list", { id: "/id", tenant: "/t" })(
        delivery(`{"list":[{"id":${digits},"t":${digits}}]}`),
      );
      assert.deepEqual(
        Array.from(items, ({ id, tenant }) => [id, tenant]),
        [[digits, digits]],
      );
    }
  });

  it("are JavaScript's value of a number that it can hold", () => {
    for (const [text, id] of [
      ["1.0", "1"],
      ["1e3", "1000"],
      ["-0", "0"],
      ["9007199254740991", "9007199254740991"],
    ] as const) {
      assert.equal(textAt(readJson(utf8.encode(`{"id":${text}}`)), "/id"), id);
    }
  });

  it("take a flag that is written as a text", () => {
    for (const value of ["true", true]) assert.deepEqual(read({ live: value }), [{ livemode: true }]);
    for (const value of ["false", false]) assert.deepEqual(read({ live: value }), [{ livemode: false }]);
  });

  it("name the fields that stand only in an unsigned header", () => {
    const unsigned = { id: { json: "/id" }, type: { header: "x-type" } } as const;
    const scheme: Scheme = {
      ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] },
      signature: { header: "x-signature" },
    };
    const fields = eventFields(
      { ...provider(events), verification: scheme, events: unsigned },
      delivery('{"id":"evt_1"}', { "x-type": "push" }),
    );
    assert.deepEqual([...fields], [{ id: "evt_1", type: "push", unsigned: ["type"] }]);
    const bare = eventFields({ ...provider(events), verification: scheme, events: unsigned }, delivery("{}"));
    assert.deepEqual([...bare], [{}]);
    // The scheme signs the id; that signs no other header.
    const both = provider({ id: { header: "x-id" }, type: { header: "x-type" } });
    const given = delivery("{}", { "x-id": "evt_1", "x-type": "push" });
    assert.deepEqual([...eventFields(both, given)], [{ id: "evt_1", type: "push", unsigned: ["type"] }]);
  });

  it("may be read by a function, and one that throws leaves the event unreadable, not lost", () => {
    const own = eventFields(
      byFunction(() => [{ id: "a" }, { id: "b" }]),
      delivery("{}"),
    );
    assert.deepEqual([...own], [{ id: "a" }, { id: "b" }]);
    const broken = byFunction(() => {
      throw new Error("unexpected");
    });
    assert.deepEqual([...eventFields(broken, delivery("{}"))], [{}]);
  });

  function byFunction(events: () => readonly { readonly id?: string }[]): Provider {
    return { ...provider({ id: { header: "x-id" } }), events };
  }
});

describe("a header that repeats what the body says", () => {
  const having = (events: Provider["events"]) => ({ ...provider({ id: { header: "x-id" } }), events });
  const echoing = having({
    id: { json: ["/event/id", "/id"], echo: "X-Id" },
    type: { json: "/type", echo: "x-type" },
    tenant: { json: "/store", echo: "x-store" },
    livemode: { json: "/live", echo: "x-live" },
  });
  const body = '{"id":"evt_1","type":"order.created","store":17,"live":true}';
  const check = (headers: Readonly<Record<string, string>>, text = body, of = echoing) => {
    const given = delivery(text, headers);
    return contradicted(of, given.headers, eventFields(of, given));
  };

  it("must agree with the body, and is named where it does not", () => {
    assert.equal(check({ "x-id": "evt_1", "x-type": "order.created", "x-store": "17", "x-live": "true" }), undefined);
    assert.equal(check({}), undefined);
    for (const id of ["evt_2", "EVT_1", "", "evt_1, evt_1", "evt_1,evt_2"]) assert.equal(check({ "x-id": id }), "X-Id");
    assert.equal(check({ "x-type": "order.paid" }), "x-type");
    assert.equal(check({ "x-store": "18" }), "x-store");
    assert.equal(check({ "x-live": "false" }), "x-live");
  });

  it("contradicts nothing where the body has no value: id and type are its, and marked as unsigned", () => {
    const headers = { "x-id": "evt_2", "x-type": "order.paid", "x-store": "18", "x-live": "true" };
    const read = (text: string) => [...eventFields(echoing, delivery(text, headers))];
    for (const text of ["{}", '{"id":null,"type":""}', '{"id":{},"type":[]}', "not JSON"]) {
      assert.equal(check(headers, text), undefined);
      assert.deepEqual(read(text), [{ id: "evt_2", type: "order.paid", unsigned: ["id", "type"] }]);
    }
    assert.deepEqual(read('{"id":"evt_2"}'), [{ id: "evt_2", type: "order.paid", unsigned: ["type"] }]);
    assert.deepEqual(read('{"type":"order.paid"}'), [{ id: "evt_2", type: "order.paid", unsigned: ["id"] }]);
    assert.deepEqual([...eventFields(echoing, delivery("{}", { "x-id": "", "x-type": "" }))], [{}]);
  });

  it("has no meaning for a provider that names no such header, or reads its events by a function", () => {
    const plain = having({ id: { json: "/id" }, type: { header: "x-type" } });
    assert.equal(check({ "x-id": "evt_2", "x-type": "order.paid" }, body, plain), undefined);
    assert.equal(contradicted(echoing, new Headers({ "x-id": "evt_2" }), []), undefined);
    const own = having(() => [{ id: "evt_1" }]);
    assert.equal(check({ "x-id": "evt_2" }, body, own), undefined);
  });
});

describe("the texts of a header", () => {
  it("are split, trimmed and taken by their prefix, empty ones left out", () => {
    const headers = new Headers({ "x-signature": " t=1 , v1=a,v1=, v1=b,v0=c ,-v1=d,," });
    assert.deepEqual(headerTexts(headers, { header: "x-signature", split: ",", take: "v1=" }), ["a", "b"]);
    assert.deepEqual(headerTexts(headers, { header: "X-Signature", split: ",", take: "v2=" }), []);
    assert.equal(headerTexts(headers, { header: "x-other" }), undefined);
    const whole = "one, undefined; and whole";
    assert.deepEqual(headerTexts(new Headers({ "x-signature": whole }), { header: "x-signature" }), [whole]);
  });

  it("are trimmed of spaces and tabs alone: a signature has one spelling", () => {
    const value = { header: "x-signature", split: "," } as const;
    const texts = (text: string) => headerTexts(new Headers({ "x-signature": text }), value);
    assert.deepEqual(texts("a, \tb\t ,c"), ["a", "b", "c"]);
    for (const odd of ["\u00a0", "\v", "\f"]) assert.deepEqual(texts(`${odd}a,b${odd}`), [`${odd}a`, `b${odd}`]);
  });

  it("are trimmed in time that grows with the header and not with its square", () => {
    const header = "x-signature";
    const headers = new Headers({ [header]: `a${" ".repeat(1_000_000)}b` });
    const before = performance.now();
    assert.equal(headerTexts(headers, { header })?.length, 1);
    assert.deepEqual(headerTexts(headers, { header, split: " " }), ["a", "b"]);
    assert.ok(performance.now() - before < 30_000, "the square of it takes minutes");
  });
});

describe("events that a provider makes one after another", () => {
  const failing = (at: number) => ({
    ...github,
    *events() {
      for (let index = 0; index < 3; index += 1) {
        if (index === at) throw new Error("cannot read on");
        yield { id: `${index}` };
      }
    },
  });

  it("are one event with the whole body where none can be made, and throw behind the first", () => {
    const given = delivery("{}");
    assert.deepEqual([...eventFields(failing(0), given)], [{}]);
    const events = eventFields(failing(2), given)[Symbol.iterator]();
    assert.deepEqual([events.next().value, events.next().value], [{ id: "0" }, { id: "1" }]);
    assert.throws(() => events.next(), /cannot read on/);
  });
});
