import process from "node:process";

// Imported first by the programs of the packages, and by the scripts of a new project: a Node without type stripping ends on the
// first .ts file with a stack that names no version.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Hookline needs Node 22.18 or later, this is ${process.versions.node}: install Node 24 from https://nodejs.org, and run it again.`,
  );
  process.exit(1);
}
