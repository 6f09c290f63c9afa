/** Whether this is the package, whose files are JavaScript. */
export const isPackage: boolean = !import.meta.url.endsWith(".ts");

const isDeno = "Deno" in globalThis;

/** The way that a command is typed. */
type Runner = "npm" | "deno" | "npx" | "deno-package";

/** The names that are no commands of the package's program. */
const others: Readonly<Record<string, string>> = {
  synth: "npx cdk synth",
  deploy: "npx cdk deploy",
  "create-hookline": "create-hookline",
};

/** A text whose commands are those of the runner in use: `npm run send -- …` is `deno task send …` under Deno. */
export function asTyped(text: string, runner: Runner = runnerInUse()): string {
  if (runner === "npm") return text;
  return text.replaceAll(/\bnpm (?:run )?(start|(?<=run )[a-z:<>-]+)( --(?= |$))?/g, (_, name: string) => {
    if (runner === "deno") return `deno task ${name}`;
    const program = runner === "npx" ? "npx --no-install hookline" : "deno run -A node_modules/.bin/hookline";
    // `npm run hookline -- help` names the program itself.
    return others[name] ?? (name === "hookline" ? program : `${program} ${name}`);
  });
}

function runnerInUse(): Runner {
  if (isPackage) return isDeno ? "deno-package" : "npx";
  return isDeno ? "deno" : "npm";
}
