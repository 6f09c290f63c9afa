import { html } from "hono/html";
import { durationText, type Html } from "../../shell.ts";

const bars = 30;
const [barWidth, height] = [20, 60];
const minute = 60_000;
/** The time that a bar may stand for. */
const spans = [1, 5, 15, 60, 240, 1440].map((minutes) => minutes * minute);

/** The numbers of a chart: its bars end now, and together they reach back to the earliest time. */
type Counted = { readonly span: number; readonly counts: readonly { readonly from: number; readonly count: number }[] };

/** Counts times in 30 spans of equal length. */
function countIn(times: readonly number[], now: number): Counted {
  const age = now - times.reduce((one, other) => Math.min(one, other), now);
  const span = spans.find((one) => one * (bars - 1) >= age) ?? Math.ceil(age / (bars - 1));
  const first = (Math.floor(now / span) - bars + 1) * span;
  const counts = Array.from({ length: bars }, (_, index) => ({ from: first + index * span, count: 0 }));
  for (const time of times) {
    const bar = counts[Math.floor((time - first) / span)];
    if (bar !== undefined) bar.count += 1;
  }
  return { span, counts };
}

/** How many of some times lie in each span up to now, as bars, and the same numbers as a table. */
export function barChart(times: readonly number[], now: number): Html {
  const { span, counts } = countIn(times, now);
  const most = Math.max(1, ...counts.map(({ count }) => count));
  const width = bars * barWidth;
  return html`<svg class="path chart" viewBox="0 0 ${width} ${height + 24}" width="${width}" height="${height + 24}" role="img" aria-label="The number in each ${durationText(span)}; the table below has the same numbers">
${counts.map(({ count }, index) => {
  const tall = (count / most) * height;
  return html`<rect x="${index * barWidth + 2}" y="${(height - tall).toFixed(1)}" width="${barWidth - 4}" height="${tall.toFixed(1)}" class="bar dead"></rect>`;
})}
<line x1="0" y1="${height}" x2="${width}" y2="${height}" class="axis"></line>
<text x="0" y="${height + 18}" class="small">${durationText(span * bars)} ago</text>
<text x="${width}" y="${height + 18}" class="small end">now; the tallest bar is ${most}</text>
</svg>
<details><summary>These numbers as a table</summary><table>
<thead><tr><th>From</th><th>Number</th></tr></thead>
<tbody>${counts
    .filter(({ count }) => count > 0)
    .map(({ from, count }) => {
      const iso = new Date(from).toISOString();
      return html`<tr><td><time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time></td><td>${count}</td></tr>`;
    })}</tbody></table></details>`;
}
