/** One line of a chart. */
export type Series = { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] };

type Axis = { readonly label: string; readonly ticks: readonly number[]; readonly isLog: boolean };

const colours = ["#1f6feb", "#c9510c", "#1a7f37", "#8250df", "#6e7781", "#bf3989", "#9a6700", "#0a3069", "#cf222e"];

/** Lines over two axes, as SVG, with a line at `mark` of the upright axis. */
export function chart(
  title: string,
  {
    x,
    y,
    series,
    mark,
  }: { readonly x: Axis; readonly y: Axis; readonly series: readonly Series[]; readonly mark?: number },
): string {
  const [width, height, left, right, top, bottom] = [760, 340, 70, 250, 40, 50];
  const place = ({ ticks, isLog }: Axis, from: number, to: number) => {
    const of = isLog ? Math.log10 : (value: number) => value;
    const [least, most] = [of(ticks[0] ?? 1), of(ticks.at(-1) ?? 1)];
    return (value: number) => {
      const share = (of(Math.max(value, isLog ? 1e-9 : 0)) - least) / (most - least);
      return from + (to - from) * Math.min(1, Math.max(0, share));
    };
  };
  const [atX, atY] = [place(x, left, width - right), place(y, height - bottom, top)];
  const text = (at: string, words: string, fill = "#24292f") => `<text ${at} fill="${fill}">${words}</text>`;
  const one = (value: number) => value.toFixed(1);
  const lines = series.flatMap(({ name, points }, index) => {
    const colour = colours[index % colours.length];
    const drawn = points.map(([a, b]) => `${one(atX(a))},${one(atY(b))}`).join(" ");
    const row = top + 12 + index * 18;
    return [
      `<polyline points="${drawn}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      text(`x="${width - right + 16}" y="${row}"`, name, colour),
    ];
  });
  const level =
    mark === undefined
      ? ""
      : `<path d="M${left} ${one(atY(mark))}H${width - right}" stroke="#cf222e" stroke-dasharray="4 3"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${text(`x="${left}" y="22" font-weight="bold"`, title)}
<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#8c959f"/>
${x.ticks.map((tick) => text(`x="${one(atX(tick))}" y="${height - bottom + 18}" text-anchor="middle"`, tick.toLocaleString("en-US"))).join("\n")}
${y.ticks.map((tick) => text(`x="${left - 8}" y="${one(atY(tick) + 4)}" text-anchor="end"`, tick.toLocaleString("en-US"))).join("\n")}
${text(`x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle"`, x.label)}
${text(`x="${left}" y="${top - 6}"`, y.label, "#57606a")}
${level}
${lines.join("\n")}
</svg>
`;
}
