import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

type Locked = {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly os?: unknown;
  readonly cpu?: unknown;
  readonly inBundle?: true;
};

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
const manifest = read("package.json");
const npm = Object.entries<Locked>(read("package-lock.json").packages).filter(([path]) => path !== "");
const deno = read("deno.lock");

/** What comes for one system alone: each machine has another, and each package manager its own way to choose. */
const isOfPlatform = ({ os, cpu }: Locked) => os !== undefined || cpu !== undefined;

/** The bytes of each package, by name and version, as npm locked them; what lies within another package left out. */
const ofNpm = new Map(
  npm
    .filter(([, locked]) => !isOfPlatform(locked) && locked.inBundle !== true)
    .map(([path, { version, integrity }]) => [`${path.replace(/^.*node_modules\//, "")}@${version}`, integrity]),
);
const platform = new Set(
  npm.filter(([, locked]) => isOfPlatform(locked)).map(([path]) => path.replace(/^.*node_modules\//, "")),
);

/** As Deno locked them: behind a `_` a key names the peers that a package was resolved with. */
const ofDeno = new Map(
  Object.entries<Locked>(deno.npm)
    .map(([key, locked]) => [/^@?[^@]+@[^_]+/.exec(key)?.[0] ?? key, locked] as const)
    .filter(([key, locked]) => !isOfPlatform(locked) && !platform.has(key.slice(0, key.lastIndexOf("@"))))
    .map(([key, { integrity }]) => [key, integrity]),
);

describe("package-lock.json and deno.lock", () => {
  it("hold the same packages of the same versions, to the byte", () => {
    assert.ok(ofNpm.size > 100, `${ofNpm.size} packages`);
    assert.deepEqual([...ofDeno.keys()].sort(), [...ofNpm.keys()].sort());
    for (const [name, integrity] of ofNpm) {
      assert.match(integrity ?? "", /^sha512-/, name);
      assert.equal(ofDeno.get(name), integrity, name);
    }
  });

  it("hold what package.json pins", () => {
    const pinned = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies });
    for (const [name, version] of pinned) assert.ok(ofNpm.has(`${name}@${version}`), name);
    const asked: readonly string[] = deno.workspace.packageJson.dependencies;
    assert.deepEqual([...asked].sort(), pinned.map(([name, version]) => `npm:${name}@${version}`).sort());
  });

  it("have no download addresses", () => {
    assert.deepEqual(
      npm.filter(([, { resolved }]) => resolved !== undefined),
      [],
    );
    assert.doesNotMatch(JSON.stringify(deno), /https?:/);
  });
});

for (const folder of ["test/hosts", "bench/peers"]) {
  describe(`${folder}, which has packages of its own`, () => {
    it("pins them exactly, and locks them without download addresses", () => {
      const dependencies: Readonly<Record<string, string>> = read(`${folder}/package.json`).dependencies;
      const packages: Readonly<Record<string, Locked>> = read(`${folder}/package-lock.json`).packages;
      for (const [name, version] of Object.entries(dependencies)) {
        assert.match(version, /^\d+\.\d+\.\d+$/, name);
        assert.equal(packages[`node_modules/${name}`]?.version, version);
      }
      const { "": own, ...locked } = packages;
      assert.deepEqual((own as { readonly dependencies?: unknown } | undefined)?.dependencies, dependencies);
      for (const [path, { resolved, integrity }] of Object.entries(locked)) {
        assert.equal(resolved, undefined, path);
        assert.match(integrity ?? "", /^sha512-/, path);
      }
    });
  });
}
