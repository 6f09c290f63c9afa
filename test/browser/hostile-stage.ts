import type { Content } from "./stage-content.ts";

/** Markup of which each would do something where it were not text. */
export const markups = [
  `"><img src=x onerror=alert(1)><script>alert(2)</script>'`,
  "</title></style></textarea></pre></script><script>alert(3)</script>",
  "<svg onload=alert(4)><a href='javascript:alert(5)'>a</a></svg>",
  `' autofocus onfocus=alert(6) x="" onmouseover="alert(7)`,
  `<iframe srcdoc="<script>parent.alert(8)</script>"></iframe>`,
  `<meta http-equiv="refresh" content="0;url=http://rebound.example/"><base href="http://rebound.example/">`,
  `<form action="http://rebound.example/"><button>Filter</button></form><link rel=stylesheet href=//rebound.example>`,
  "javascript:alert(9)",
  "<!--<template><style>*{display:none}</style>--!>\u202Egnitrevni&lt;b&gt;&#60;b&#62;",
] as const;

/** A stage whose every field that a provider can fill has markup: an event for each. */
export function hostileStage(now: number): Content {
  return {
    sources: { github: "github" },
    processors: ["github/push"],
    happened: markups.map((markup, index) => {
      const received = now - (index + 1) * 60_000;
      const body = { [markup]: markup, list: [{ [markup]: [markup] }], id: markup };
      const as = { L: [{ M: { t: { N: String(received) }, r: { S: markup } } }] };
      // Every other one has the queue's type, and a record with its error; the others have a type of markup.
      const isKnown = index % 2 === 0;
      const type = isKnown ? "push" : markup;
      const record = { st: { S: "failed" }, n: { N: "2" }, nx: { N: "0" }, le: { S: markup } };
      return {
        event: {
          ...{ id: markup, type, coarseType: markup, source: "github", key: `v1#id=${encodeURIComponent(markup)}` },
          ...{ tenant: markup, received: new Date(received), bodyCovered: true },
          ...{ queues: isKnown ? ["github-push"] : [], contentType: markup },
          body: new TextEncoder().encode(JSON.stringify(body)),
        },
        // A record with a list of its attempts, or with the last error alone.
        records: { "github/push": index % 4 === 0 ? { ...record, as } : record },
      };
    }),
  };
}
