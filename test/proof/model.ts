import { explore, type State } from "./model/explore.ts";
import { comparison, mutantWorlds, worlds } from "./model/worlds.ts";
import type { Effort, Part } from "./part.ts";

type ModelPart = Part & { readonly states: number };

/**
 * Explores every order of steps and every place of a fault of the protocol, in each of its worlds, then shows that each
 * mutant is caught. Nothing in it is random.
 */
export async function proveModel({ size, progress }: Pick<Effort, "size" | "progress">): Promise<ModelPart> {
  const failures: string[] = [];
  const rows: string[] = [];
  let states = 0;
  for (const [name, machine] of Object.entries(worlds(size))) {
    progress(`model: ${name}`);
    const found = explore(machine);
    states += found.states;
    for (const wrong of Object.keys(found.wrong)) failures.push(`the protocol, ${name}: ${wrong}`);
    rows.push(`| ${name} | ${found.states.toLocaleString("en")} | ${sum(found.wrong)} |`);
  }
  const caught = Object.entries(mutantWorlds).map(([name, machines]) => {
    progress(`mutant: ${name}`);
    const by = caughtBy(machines);
    if (by === undefined) failures.push(`the mutant "${name}" was not caught`);
    return `| ${name} | ${by ?? "**not caught**"} |`;
  });
  const compared = Object.entries(comparison).map(([name, { machine, copies }]) => {
    progress(`comparison: ${name}`);
    let most = 0;
    const counting = {
      ...machine,
      wrong(state: State) {
        most = Math.max(most, copies(state));
        return machine.wrong(state);
      },
    };
    const found = explore(counting);
    const count = (wrong: string) => found.wrong[wrong] ?? 0;
    const refused = count("refused in a healthy hour") + count("refused although the queues were well");
    const odd = count("deleted by ingress") + count("waits for itself");
    const [states, ...others] = [
      found.states,
      count("lost for ever"),
      count("acknowledged in vain"),
      most,
      refused,
      odd,
    ];
    return `| ${name} | ${[states?.toLocaleString("en"), ...others].join(" | ")} |`;
  });
  return {
    title: "Model",
    states,
    failures,
    markdown: `Every order of steps and every place of a fault, ${states.toLocaleString("en")} states in all. A fault is: a crash at any
step, a call without effect, a call with effect but no answer, part of a batch taken, an answer lost, a copy delivered
twice, a lease misjudged.

| world | states | wrong |
|---|---|---|
${rows.join("\n")}

Broken on purpose, each stopped at the first wrong state:

| mutant | caught as |
|---|---|
${caught.join("\n")}

What is usually built, in one world of three deliveries and two faults. Figures are states, but for the copies; an outbox
acknowledges what is not queued yet, by design, and that is not counted.

| protocol | states | lost for ever | acknowledged in vain | copies, at most | refused though the queues were well | deleted, or waits for itself |
|---|---|---|---|---|---|---|
${compared.join("\n")}
`,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function caughtBy(machines: Readonly<Record<string, Parameters<typeof explore>[0]>>): string | undefined {
  for (const [name, machine] of Object.entries(machines)) {
    const [wrong] = Object.keys(explore(machine, { untilWrong: true }).wrong);
    if (wrong !== undefined) return `${wrong} (${name})`;
  }
  return undefined;
}
