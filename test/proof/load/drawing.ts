import type { Faults } from "./faults.ts";
import { percentile } from "./figures.ts";
import type { Answer } from "./traffic.ts";

const width = 960;
const left = 90;
const right = 170;
const plot = width - left - right;
const panels = { rate: 60, latency: 300, faults: 540 } as const;
const height = 170;

type Line = { readonly name: string; readonly color: string; readonly points: readonly (readonly [number, number])[] };
type Place = { readonly top: number; readonly x: (seconds: number) => number; readonly y: (value: number) => number };

/** A run in three panels over time, as SVG: answers a second, latency, faults. `from` in milliseconds since 1970. */
export function drawLoad(answers: readonly Answer[], faults: Faults, from: number, title: string): string {
  const seconds = Math.max(1, ...answers.map(({ at, milliseconds }) => (at + milliseconds - from) / 1000));
  const step = seconds > 120 ? 60 : seconds > 30 ? 10 : 5;
  const x = (at: number) => left + (plot * at) / seconds;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const times = (top: number) => [
    ...ticks.map((at) => text(x(at), top + height + 18, String(at), "middle")),
    text(left + plot / 2, top + height + 36, "time since the start, s", "middle"),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 780" role="img" font-family="sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="780" fill="#fff"/>`,
    `<text x="${left}" y="28" font-size="17" font-weight="bold">${escaped(title)}</text>`,
    ...ratePanel(answers, from, seconds, x),
    ...times(panels.rate),
    ...latencyPanel(answers, from, x),
    ...times(panels.latency),
    ...faultPanel(faults, from, x),
    ...times(panels.faults),
    "</svg>\n",
  ].join("\n");
}

function ratePanel(answers: readonly Answer[], from: number, seconds: number, x: Place["x"]): readonly string[] {
  const kinds = [
    { name: "200 accepted", color: "#1a7f37", is: ({ outcome }: Answer) => outcome === "accepted" },
    { name: "200 duplicate", color: "#0969da", is: ({ outcome }: Answer) => outcome === "duplicate" },
    { name: "503", color: "#cf222e", is: ({ status }: Answer) => status === 503 },
    { name: "502 or none", color: "#9a6700", is: ({ status }: Answer) => status === 502 || status === 0 },
  ];
  const lines = kinds.map(({ name, color, is }): Line => {
    const counts = new Array<number>(Math.floor(seconds) + 1).fill(0);
    for (const answer of answers.filter(is)) {
      const second = Math.floor((answer.at + answer.milliseconds - from) / 1000);
      counts[second] = (counts[second] ?? 0) + 1;
    }
    return { name, color, points: counts.map((count, second) => [second, count]) };
  });
  const most = Math.max(10, ...lines.flatMap(({ points }) => points.map(([, count]) => count)));
  const step = most > 150 ? 50 : most > 60 ? 20 : 10;
  const top = Math.ceil(most / step) * step;
  const y = (value: number) => panels.rate + height - (height * value) / top;
  const marks = Array.from({ length: top / step + 1 }, (_, index) => index * step);
  return panel(
    { top: panels.rate, x, y },
    "answers, 1/s",
    marks.map((mark) => [mark, String(mark)]),
    lines,
  );
}

/** On a logarithmic axis: an outage makes it a hundred times longer. */
function latencyPanel(answers: readonly Answer[], from: number, x: Place["x"]): readonly string[] {
  const answered = answers.filter(({ status }) => status !== 0);
  const groups = [...Map.groupBy(answered, ({ at }) => Math.floor((at - from) / 5000))].sort(([a], [b]) => a - b);
  const lines = (
    [
      [50, "#1a7f37"],
      [95, "#9a6700"],
      [99, "#cf222e"],
    ] as const
  ).map(([percent, color]): Line => {
    const name = `p${percent} of 5 s`;
    const points = groups.map(([group, found]) => {
      const milliseconds = found.map((answer) => answer.milliseconds);
      return [group * 5 + 2.5, Math.max(1, percentile(milliseconds, percent))] as const;
    });
    return { name, color, points };
  });
  const y = (value: number) => panels.latency + height - (height * Math.log10(value)) / 4;
  const marks = [1, 10, 100, 1000, 10_000].map((mark) => [mark, String(mark)] as const);
  return panel({ top: panels.latency, x, y }, "latency, ms", marks, lines);
}

function faultPanel({ kills, outages }: Faults, from: number, x: Place["x"]): readonly string[] {
  const colors = { hangs: "#8250df", fails: "#cf222e", loses: "#bf8700", gone: "#57606a" } as const;
  const lanes = ["verifier killed", "processor killed", "table unwell", "queues unwell"] as const;
  const lane = (index: number) => panels.faults + (height / lanes.length) * (index + 0.5);
  const at = (time: number) => x((time - from) / 1000).toFixed(1);
  const names = lanes.map((name, index) => {
    const [what = "", how = ""] = name.split(" ");
    return `${text(left - 8, lane(index) - 3, what, "end")}${text(left - 8, lane(index) + 12, how, "end")}`;
  });
  const crosses = kills.map(({ at: time, target }) => {
    const y = lane(target === "verifier" ? 0 : 1);
    return `<path d="M${at(time)} ${y - 9}v18" stroke="#222" stroke-width="2"/>`;
  });
  const bars = outages.map(({ service, how, from: begin, until }) => {
    const y = lane(service === "table" ? 2 : 3) - 10;
    const wide = Math.max(2, x((until - from) / 1000) - x((begin - from) / 1000)).toFixed(1);
    return `<rect x="${at(begin)}" y="${y}" width="${wide}" height="20" fill="${colors[how]}"/>`;
  });
  const legend = Object.entries(colors).map(([how, color], index) => {
    const y = panels.faults + 98 + index * 20;
    return `<rect x="${left + plot + 14}" y="${y - 10}" width="18" height="10" fill="${color}"/>${text(left + plot + 38, y, how, "start")}`;
  });
  return [frame(panels.faults), ...names, ...crosses, ...bars, ...legend];
}

function panel(
  { top, x, y }: Place,
  unit: string,
  marks: readonly (readonly [number, string])[],
  lines: readonly Line[],
): readonly string[] {
  const middle = top + height / 2;
  return [
    ...marks.flatMap(([value, name]) => [
      `<path d="M${left} ${y(value).toFixed(1)}h${plot}" stroke="#d0d7de"/>`,
      text(left - 8, y(value) + 4, name, "end"),
    ]),
    frame(top),
    `<text x="24" y="${middle}" text-anchor="middle" transform="rotate(-90 24 ${middle})">${unit}</text>`,
    ...lines.map(({ color, points }) => {
      const path = points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
      return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    }),
    ...lines.map(({ name, color }, index) => {
      const row = top + 14 + index * 20;
      return `<path d="M${left + plot + 14} ${row - 4}h18" stroke="${color}" stroke-width="3"/>${text(left + plot + 38, row, name, "start")}`;
    }),
  ];
}

function frame(top: number): string {
  return `<rect x="${left}" y="${top}" width="${plot}" height="${height}" fill="none" stroke="#57606a"/>`;
}

function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
