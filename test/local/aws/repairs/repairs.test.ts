import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { repairNames } from "../../../../local/aws/repairs/dynalite/mod.ts";
import { repairs } from "../../../../local/aws/repairs/fauxqs/mod.ts";

const folder = new URL("../../../../local/aws/repairs/", import.meta.url);
const dynalite = createRequire(import.meta.url).resolve("dynalite/package.json");
const emulators = [
  {
    name: "fauxqs",
    sources: new URL(".", import.meta.resolve("fauxqs")),
    manifest: new URL("../package.json", import.meta.resolve("fauxqs")),
    // What is old is deleted by whoever makes the bucket: the server itself has no part in it.
    listed: [...Object.keys(repairs), "lifecycle"],
  },
  {
    name: "dynalite",
    sources: new URL(".", pathToFileURL(dynalite)),
    manifest: pathToFileURL(dynalite),
    listed: repairNames,
  },
];

for (const { name, sources, manifest, listed } of emulators) {
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  const all = readdirSync(new URL(`${name}/`, folder));
  const files = all.filter((file) => !["mod.ts", "repair.ts", `${name}.d.ts`].includes(file));

  describe(`the repairs of ${name}`, () => {
    for (const file of files) {
      it(`${file} says at its head which fault it mends, and where the right thing is documented`, () => {
        const [head = ""] = readFileSync(new URL(`${name}/${file}`, folder), "utf8").split(" */");
        assert.ok(
          head.startsWith(`/**\n * ${name} ${version}, `),
          `a newer ${name}, or no head: look again at ${file}`,
        );
        const places = [...head.matchAll(/([\w/]+\.js):(\d+)/g)];
        assert.ok(places.length > 0);
        for (const [, path = "", line] of places) {
          const lines = readFileSync(new URL(path, sources), "utf8").split("\n");
          assert.ok(lines[Number(line) - 1], `${path} has no line ${line}`);
        }
        assert.match(head, / \* https:\/\/(docs\.aws\.amazon\.com|github\.com\/google\/leveldb)\//);
      });
    }

    it("are all listed", () => {
      assert.deepEqual(listed.map((repair) => `${repair}.ts`).toSorted(), files.toSorted());
    });
  });
}

describe("the README of the repairs", () => {
  const rows = [
    ...readFileSync(new URL("README.md", folder), "utf8").matchAll(
      /^\| \[([\w-]+)\]\((\w+)\/[\w-]+\.ts\) \| (\w+): .+ \| \[test\]\((.+)\) \|$/gm,
    ),
  ];

  it("has a row for each", () => {
    const named = rows.map(([, repair, emulator]) => `${emulator}/${repair}`);
    const there = emulators.flatMap(({ name, listed }) => listed.map((repair) => `${name}/${repair}`));
    assert.deepEqual(named.toSorted(), there.toSorted());
  });

  for (const [, repair = "", emulator, said, test = ""] of rows) {
    it(`names the emulator of ${repair}, and a test that leaves it out`, () => {
      assert.equal(said, emulator);
      assert.ok(existsSync(new URL(test, folder)), test);
      const names = readFileSync(new URL(test, folder), "utf8");
      const isNamed = names.includes(`"${repair}"`) || basename(test) === `${repair}.test.ts`;
      assert.ok(isNamed, `${test} does not leave ${repair} out`);
    });
  }
});

describe("fauxqs' own start", () => {
  it("still listens on every interface, so that the server is made of its parts", () => {
    const text = readFileSync(new URL("app.js", import.meta.resolve("fauxqs")), "utf8");
    assert.match(text, /app\.listen\(\{ port, host: "0\.0\.0\.0" \}\)/);
  });
});
