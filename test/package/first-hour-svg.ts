import type { Part } from "./first-hour.ts";

/** What the terminal shows at a time, under a heading of the page. */
type Frame = { readonly heading: string; readonly lines: readonly string[] };

const most = { lines: 23, columns: 104 };
const seconds = 6;
const [lineHeight, left, top] = [19, 20, 62];
const [width, height] = [860, top + most.lines * lineHeight];
/** The frame that stands still where nothing may move. */
const still = /PermanentError: .*\n.* at /;

/** The colour of a line, by the first that fits; others are grey. */
const colours: readonly (readonly [RegExp, string])[] = [
  [/^\$ /, "#fff"],
  [/^\+|accepted|→ done| {2}OK {2}|^redriven|rightly|signature is right/, "#7ee787"],
  [/→ dead|ALARM|Error|^ +at |^401|signature-wrong/, "#ff7b72"],
];

/**
 * The terminals of the page as one animated picture: a frame after another, by CSS alone. Where an animation is not shown or not
 * wanted, one frame stands.
 */
export function svgOf(parts: readonly Part[]): string {
  const frames = framesOf(parts);
  const total = frames.length * seconds;
  const drawn = frames.map(({ heading, lines }, index) => {
    const isStill = index === frames.findIndex((one) => still.test(one.lines.join("\n")));
    const texts = [
      `<text x="${width / 2}" y="27" text-anchor="middle" fill="#8b949e">${escaped(heading)}</text>`,
      ...lines.map(drawnLine),
    ];
    // A negative delay: each frame begins within the same round.
    return `<g${isStill ? "" : ' opacity="0"'} style="animation-delay:${index * seconds - total}s">\n${texts.join("\n")}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="13">
<title>The first hour with Hookline: a webhook is processed, one fails, its reason is shown, and it runs again</title>
<style>
text { white-space: pre }
g { animation: frame ${total}s step-end infinite }
@keyframes frame { 0% { opacity: 1 } ${(100 / frames.length).toFixed(3)}%, 100% { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { g { animation: none } }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<rect width="${width}" height="40" rx="8" fill="#161b22"/>
<path d="M22 20h0M42 20h0M62 20h0" stroke="#484f58" stroke-width="11" stroke-linecap="round"/>
${drawn.join("\n")}
</svg>
`;
}

/** As many parts in a frame as there is place for; a heading begins another. */
function framesOf(parts: readonly Part[]): readonly Frame[] {
  const frames: Frame[] = [];
  let heading = "";
  for (const { kind, lines } of parts) {
    const last = frames.at(-1);
    if (kind === "prose") heading = lines.find((line) => line.startsWith("## "))?.slice(3) ?? heading;
    else if (last?.heading === heading && last.lines.length + lines.length <= most.lines)
      frames.splice(-1, 1, { heading, lines: [...last.lines, ...lines] });
    else frames.push({ heading, lines: lines.slice(0, most.lines) });
  }
  return frames;
}

function drawnLine(line: string, index: number): string {
  const text = line.length <= most.columns ? line : `${line.slice(0, most.columns - 1)}…`;
  const fill = colours.find(([fits]) => fits.test(line))?.[1] ?? "#b1bac4";
  return `<text x="${left}" y="${top + index * lineHeight}" fill="${fill}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
