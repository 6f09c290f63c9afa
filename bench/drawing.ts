/** A bar: how fast something is, in comparison with what it is measured beside. */
export type Bar = { readonly label: string; readonly ratio: number; readonly isOurs: boolean };

/** Groups of bars, each up to its ratio; a line stands at 1. */
export function drawing(
  title: string,
  groups: readonly { readonly name: string; readonly bars: readonly Bar[] }[],
): string {
  const [width, left, row] = [760, 230, 20];
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const x = (ratio: number) => left + ((width - left - 60) * ratio) / most;
  const lines: string[] = [];
  let y = 44;
  const text = (at: string, words: string, weight = "normal") =>
    `<text ${at} font-weight="${weight}" fill="#24292f">${words}</text>`;
  for (const { name, bars } of groups) {
    lines.push(text(`x="10" y="${y + 14}"`, name, "bold"));
    y += row;
    for (const { label, ratio, isOurs } of bars) {
      const length = (x(ratio) - left).toFixed(1);
      lines.push(text(`x="${left - 8}" y="${y + 14}" text-anchor="end"`, label));
      lines.push(
        `<rect x="${left}" y="${y + 3}" width="${length}" height="14" fill="${isOurs ? "#1f6feb" : "#8c959f"}"/>`,
      );
      lines.push(text(`x="${(x(ratio) + 6).toFixed(1)}" y="${y + 14}"`, ratio.toFixed(2)));
      y += row;
    }
    y += row / 2;
  }
  const height = y + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${text('x="10" y="22"', title, "bold")}
${lines.join("\n")}
<path d="M${x(1).toFixed(1)} 36V${height - 10}" stroke="#c9510c" stroke-dasharray="4 3"/>
</svg>
`;
}
