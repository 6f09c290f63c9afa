import type { LocalRun } from "./local-run.ts";

/**
 * The lines that `npm start` prints once everything runs: where to post, with which secret, what to type next, how to stop.
 *
 * @param sampleTypes The types of a provider that have a sample: one stands for those that only `_other` takes.
 */
export function banner(run: LocalRun, stack: string, sampleTypes: (provider: string) => readonly string[]): string {
  const blocks = Object.entries(run.sources).map(([name, source]) => {
    const types = Object.keys(source.queues);
    const type = types.find((found) => found !== "_other") ?? sampleTypes(source.provider)[0];
    const example = type === undefined ? "" : `\n    try     npm run send -- ${name}/${type}`;
    return `  ${name}\n    url     ${source.url}\n    secret  ${source.secret}${example}`;
  });
  return `Hookline runs the stack ${stack} on this machine.

${blocks.join("\n\n")}

The HTTP API in front of the same verifier is ${run.apiUrl}.
Press Ctrl-C to stop.
`;
}
