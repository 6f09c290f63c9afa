const isDeno = "Deno" in globalThis;

/** A text whose commands are those of the runner in use: `npm run send -- …` is `deno task send …` under Deno. */
export function asTyped(text: string, runsDeno: boolean = isDeno): string {
  if (!runsDeno) return text;
  return text.replaceAll(/\bnpm (?:run )?(start|(?<=run )[a-z:<>-]+)( --(?= |$))?/g, "deno task $1");
}
