import process from "node:process";

// The tests of the page in a browser, or those that are named; with --shots, its pictures instead.
const suites = ["every-page", "markup", "attacks", "copies", "live", "behind", "first-content", "day"];
const named = process.argv.slice(2).filter((argument) => argument !== "--");
const unknown = named.find((name) => name !== "--shots" && !suites.includes(name));
if (unknown !== undefined) throw new TypeError(`${unknown} is none of --shots, ${suites.join(", ")}`);
if (named.includes("--shots")) await import("./pictures.ts");
else for (const suite of named.length > 0 ? named : suites) await import(`./${suite}.ts`);
