import { describe, it } from "node:test";
import { everyWay, privateText, signed } from "./abuse.ts";

const json = `{"data":"${privateText}"}`;
const traversals = ["/../github", "/./github", "/github/..", "/github/../github", "/stripe/../github", "/..%2fgithub"];
const encoded = [
  "/github%2f..",
  "/%67ithub",
  "/github%00",
  "/github%20",
  "/github%0a",
  "/github\0",
  "/github\n",
  "/github ",
];
const doubled = [
  "///",
  "//github/x",
  "/git//hub",
  "\\github",
  "/\\github",
  "/github\\",
  "/github;a=b",
  "/github.",
  "/github.json",
];
const prototypes = ["/__proto__", "/constructor", "/prototype", "/toString", "/hasOwnProperty", "/valueOf"];
const odd = [
  "",
  "/",
  "/GitHub",
  "/GITHUB",
  "/gıthub",
  "/g\u0131thub",
  "/github\u200b",
  "/$default",
  "/*",
  `/${"a".repeat(100_000)}`,
];

describe("a path without a source", () => {
  for (const path of [...traversals, ...encoded, ...doubled, ...prototypes, ...odd]) {
    it(`is answered 404, though the request is rightly signed: ${JSON.stringify(path).slice(0, 60)}`, async () => {
      await everyWay(
        { ...signed("github", json), change: (event) => ({ ...event, rawPath: path }) },
        "404 source-unknown",
      );
    });
  }
});

describe("a path whose slashes are doubled, as joined texts are", () => {
  for (const path of ["//github", "///github", "/github//", "//github//"]) {
    it(`names its source: ${path}`, async () => {
      await everyWay({ ...signed("github", json), change: (event) => ({ ...event, rawPath: path }) }, "200 accepted");
    });
  }
});

describe("a path in the query, the host or the parameters", () => {
  it("counts for nothing", async () => {
    const changes = [
      { rawQueryString: "source=github" },
      { rawQueryString: "/github" },
      { pathParameters: { source: "github" } },
      { queryStringParameters: { source: "github" } },
    ];
    for (const change of changes) {
      const away = {
        ...signed("github", json),
        change: (event: object) => ({ ...event, rawPath: "/", ...change }) as never,
      };
      await everyWay(away, "404 source-unknown");
    }
  });

  it("cannot change the path", async () => {
    const change = { rawQueryString: "x=/../stripe", pathParameters: { source: "stripe" } };
    const given = { ...signed("github", json), change: (event: object) => ({ ...event, ...change }) as never };
    await everyWay(given, "200 accepted");
  });
});

describe("a method that is not POST", () => {
  for (const method of [
    "GET",
    "PUT",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "post",
    "POST ",
    "",
    "__proto__",
    "P".repeat(100_000),
  ]) {
    it(`is answered 405: ${JSON.stringify(method).slice(0, 40)}`, async () => {
      const change = ({
        requestContext,
        ...event
      }: Parameters<NonNullable<Parameters<typeof everyWay>[0]["change"]>>[0]) => {
        return { ...event, requestContext: { ...requestContext, http: { ...requestContext.http, method } } };
      };
      await everyWay({ ...signed("github", json), change }, "405 method-not-allowed");
    });
  }
});
