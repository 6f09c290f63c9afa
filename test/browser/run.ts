import process from "node:process";

// The tests of the page in a browser; with --shots, its pictures instead.
if (process.argv.includes("--shots")) await import("./pictures.ts");
else
  for (const suite of ["every-page", "markup", "attacks", "copies", "live", "behind", "first-content", "day"])
    await import(`./${suite}.ts`);
