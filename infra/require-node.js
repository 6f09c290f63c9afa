// Plain JavaScript, loaded before anything else: a Node without type stripping dies on the first .ts file, and says
// nothing that a newcomer could act on.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `Hookline needs Node 24 or newer, this is ${process.versions.node}: run it as an npm script (npm ci brings Node 24 ` +
      "on Linux x64 and arm64) or install Node 24 from https://nodejs.org.",
  );
  process.exit(1);
}
