import { explanations } from "./explained.js";

/**
 * The page of what was found.
 *
 * @param {readonly import("./agree.js").Agreement[]} all
 */
export function page(all) {
  const rows = all.map(({ provider, sdk, variants, agree, theyAccept, weAccept }) => {
    return `| [${provider}](#${provider}) | \`${sdk}\` | ${variants} | ${agree} | ${theyAccept} | ${weAccept} |`;
  });
  const sum = (/** @type {"variants" | "agree" | "theyAccept" | "weAccept"} */ name) =>
    all.reduce((total, found) => total + found[name], 0);
  return [
    "# Hookline and the providers' own SDKs",
    "",
    "What the SDK of each provider says to every variant of the shared suite (`test/contract`), and what Hookline says.",
    "Each request is rightly signed, or wrong in one way. Where they disagree, the reason stands below; which variants",
    "these are stands in `test/vectors/<provider>/agreement.json`. The requests that the SDKs themselves signed, or took,",
    "are in `signed.json` beside it and run with the other tests.",
    "",
    "Made by `sh test/vectors/tools/run.sh`. What an SDK throws behind a right signature counts as accepted, where it can",
    "be told apart.",
    "",
    "| Provider | SDK | Variants | Agree | SDK accepts, we refuse | SDK refuses, we accept |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...rows,
    `| ${all.length} | | ${sum("variants")} | ${sum("agree")} | ${sum("theyAccept")} | ${sum("weAccept")} |`,
    ...all.flatMap(section),
    "",
  ].join("\n");
}

/** @param {import("./agree.js").Agreement} found */
function section(found) {
  const skipped = Object.entries(found.skipped).map(([reason, count]) => `${count} (${reason})`);
  return [
    "",
    `## ${found.provider}`,
    "",
    ...explanations(found).classes.map(({ text, of }) => `- ${sides(of)}. ${text}`),
    ...(skipped.length === 0 ? [] : [`- Not compared: ${skipped.join(", ")}.`]),
  ];
}

/** @param {readonly import("./agree.js").Disagreement[]} of */
function sides(of) {
  const accepted = of.filter(({ theirs }) => theirs === "accepts").length;
  const refused = of.length - accepted;
  const counts = [
    ...(accepted > 0 ? [`accepts ${accepted} that we refuse`] : []),
    ...(refused > 0 ? [`refuses ${refused} that we accept`] : []),
  ];
  const [first] = of;
  return `It ${counts.join(", and ")} (“${first?.variant}”${of.length > 1 ? " and the like" : ""})`;
}
