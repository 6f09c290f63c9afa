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
  const own = runner === "deno" ? text : inApp(text);
  return own.replaceAll(/\bnpm (?:run )?(start|(?<=run )[a-z:<>-]+)( --(?= |$))?/g, (_, name: string) => {
    if (runner === "deno") return `deno task ${name}`;
    const program = runner === "npx" ? "npx --no-install hookline" : "deno run -A node_modules/.bin/hookline";
    // `npm run hookline -- help` names the program itself.
    return others[name] ?? (name === "hookline" ? program : `${program} ${name}`);
  });
}

/** A text that names this repository's files and `npm run new`, in the words of an app that uses the package. */
function inApp(text: string): string {
  return text
    .replaceAll(
      // A bare name is a shell's word; in JSON the text ends behind it.
      /npm run new -- event (?:'([^']+)'|([\w./:@+-]*[\w]))/g,
      (_, quoted, bare) => `write ${quoted ?? bare}.ts among your event files`,
    )
    .replaceAll("docs/iam", "node_modules/@hookline/hookline/docs/iam")
    .replaceAll("lambdas/events", "your event files")
    .replaceAll("your event files/", "")
    .replaceAll("a stage of infra/config.ts, or --stack NAME", "--stack NAME")
    .replaceAll("infra/config.ts", "the options of your WebhookReceiver");
}

function runnerInUse(): Runner {
  if (isPackage) return isDeno ? "deno-package" : "npx";
  return isDeno ? "deno" : "npm";
}
