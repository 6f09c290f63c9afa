import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, posix } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as entryPoint from "../../lambdas/providers/mod.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Source files of these folders, by their path from the root. */
function sources(...folders: readonly string[]): readonly string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    )
    .map((path) => path.replaceAll("\\", "/"))
    .filter(
      (path) => /\.(ts|js|mjs)$/.test(path) && statSync(join(root, path)).isFile() && !path.includes("node_modules"),
    )
    .sort();
}

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What a text imports, types and dynamic imports included; documentation left out. */
function specifiers(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const found = code.matchAll(/(?:^|[\s;}])(?:import|from)\s*\(?\s*"([^"\n]+)"/g);
  return [...found].map(([, specifier = ""]) => specifier);
}

/** What a file imports: a path from the root, or a package's name. */
function imports(path: string): readonly string[] {
  return specifiers(read(path)).map((specifier) =>
    specifier.startsWith(".") ? posix.join(dirname(path), specifier) : specifier,
  );
}

/** The files and packages that a file loads when it is loaded; none for a package. */
function staticImports(path: string): readonly string[] {
  if (!existsSync(join(root, path))) return [];
  const code = read(path)
    .replaceAll(/\bimport type [^;]*;/g, "")
    .replaceAll(/\bimport\(/g, "later(");
  return specifiers(code).map((to) => (to.startsWith(".") ? posix.join(dirname(path), to) : to));
}

/** Every import of these files that is not allowed, as `file imports what`. */
function broken(files: readonly string[], allowed: (specifier: string, file: string) => boolean): readonly string[] {
  assert.ok(files.length > 0);
  return files.flatMap((file) =>
    imports(file)
      .filter((specifier) => !allowed(specifier, file))
      .map((specifier) => `${file} imports ${specifier}`),
  );
}

const inCore = (specifier: string) => specifier.startsWith("lambdas/core/");
const isPackage = (specifier: string) =>
  !specifier.startsWith("lambdas/") && !specifier.startsWith("infra/") && !specifier.startsWith("test/");
const isBuiltin = (specifier: string) => specifier.startsWith("node:") || builtinModules.includes(specifier);
const isSdk = (specifier: string) => specifier.startsWith("@aws-sdk/") || specifier.startsWith("@smithy/");
/** Types of Lambda's events: nothing of it is there at run time. */
const isEventTypes = (specifier: string) => specifier === "aws-lambda";

describe("reading imports", () => {
  it("finds static, type, side-effect, re-exporting and dynamic imports, also over several lines", () => {
    const text = [
      'import a from "a";',
      'import type { B } from "b";',
      'import {\n  c,\n} from "c";',
      'import "d";',
      'export { e } from "e";',
      'export * from "f";',
      'const g = await import("g");',
      '/** import h from "h"; */',
      '// import i from "i";',
    ].join("\n");
    assert.deepEqual(specifiers(text), ["a", "b", "c", "d", "e", "f", "g"]);
  });
});

describe("output", () => {
  const prints = /\bconsole\.\w+(\(|\b(?=[,;)]))|std(out|err)\.write/;
  const code = (path: string) =>
    read(path)
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .replaceAll(/^\s*\/\/.*$/gm, "");

  it("goes through operate/cli/terminal.ts, which removes control characters, except for fixed texts", () => {
    // A file of a new project prints: operate/create has its text. The runtime writes what a function gives to console.
    const apart = [
      "infra/build/deno-layer/runtime.js",
      "infra/app.ts",
      "infra/build/package.ts",
      "infra/require-node.js",
      "operate/create/project-files.ts",
      "operate/cli/terminal.ts",
      "operate/cli/require-node.ts",
    ];
    const printing = sources("infra", "local", "operate").filter((path) => prints.test(code(path)));
    assert.deepEqual(printing, apart.toSorted());
  });

  it("is, in lambdas, written by logs alone: an error without a log, and JSON lines", () => {
    const printing = sources("lambdas").filter((path) => prints.test(code(path)));
    assert.deepEqual(printing, ["lambdas/aws/log/lines.ts", "lambdas/core/log.ts"]);
  });

  it("is reported in core, not handed to a log that may throw", () => {
    const direct = sources("lambdas").filter((path) => /\blog(\?\.)?\(/.test(code(path)));
    // These are logs themselves, around another one.
    assert.deepEqual(direct, ["lambdas/aws/log/metrics.ts", "lambdas/aws/log/refusal-limit.ts"]);
  });
});

describe("the permitted imports", () => {
  it("are, for core: core, node:crypto where it hashes, signs and reads keys, and node:buffer for encodings", () => {
    const crypto = ["bytes/hmac.ts", "bytes/sha256.ts", "verify/signature.ts", "verify/public-keys.ts"].map(
      (file) => `lambdas/core/${file}`,
    );
    const buffer = ["bytes/encoded.ts", "bytes/hmac.ts", "bytes/sha256.ts", "verify/signature.ts"].map(
      (file) => `lambdas/core/${file}`,
    );
    const allowed = (to: string, file: string) =>
      inCore(to) || (to === "node:crypto" && crypto.includes(file)) || (to === "node:buffer" && buffer.includes(file));
    assert.deepEqual(broken(sources("lambdas/core"), allowed), []);
  });

  it("are, for providers: core, the factories of providers, and all providers in mod.ts", () => {
    const allowed = (to: string, file: string) =>
      inCore(to) ||
      to === "lambdas/providers/generic.ts" ||
      to === "lambdas/providers/standard-webhooks.ts" ||
      (basename(file) === "mod.ts" && to.startsWith("lambdas/providers/"));
    assert.deepEqual(broken(sources("lambdas/providers"), allowed), []);
  });

  it("are, for middleware: core, Middy, its own folder and the shape of an HTTP event", () => {
    const allowed = (to: string) =>
      inCore(to) ||
      to === "@middy/core" ||
      to === "lambdas/aws/http/http-event.ts" ||
      to.startsWith("lambdas/middleware/");
    assert.deepEqual(broken(sources("lambdas/middleware"), allowed), []);
  });

  it("are, for aws: core, its own folder, the AWS SDK and the host's built-in modules", () => {
    const allowed = (to: string) =>
      inCore(to) || to.startsWith("lambdas/aws/") || isSdk(to) || isBuiltin(to) || isEventTypes(to);
    assert.deepEqual(broken(sources("lambdas/aws"), allowed), []);
  });

  it("are, for hosts: core and the host's built-in modules", () => {
    assert.deepEqual(
      broken(sources("lambdas/hosts"), (to) => inCore(to) || isBuiltin(to)),
      [],
    );
  });

  it("are, for stores: core, their own folder and, in sqlite.ts alone, node:sqlite", () => {
    const allowed = (to: string, file: string) =>
      inCore(to) || to.startsWith("lambdas/stores/") || (to === "node:sqlite" && file === "lambdas/stores/sqlite.ts");
    assert.deepEqual(broken(sources("lambdas/stores"), allowed), []);
  });

  it("include no store for the Lambdas, since only a receiver of one's own uses them", () => {
    const others = sources("lambdas").filter((file) => !file.startsWith("lambdas/stores/"));
    assert.deepEqual(
      broken(others, (to) => !to.startsWith("lambdas/stores/") && to !== "node:sqlite"),
      [],
    );
  });

  it("are, for event files: core, the outbox and the user's own packages", () => {
    const allowed = (to: string) => inCore(to) || to.startsWith("lambdas/outbox/") || isPackage(to);
    const files = sources("lambdas/events");
    // A clone may have removed the examples, and have none of its own yet.
    if (files.length > 0) assert.deepEqual(broken(files, allowed), []);
  });

  it("are, for the outbox: its own folder and the host's built-in modules", () => {
    const allowed = (to: string) => to.startsWith("lambdas/outbox/") || isBuiltin(to);
    assert.deepEqual(broken(sources("lambdas/outbox"), allowed), []);
  });

  it("include the outbox for event files alone, so that it is removed with them", () => {
    const others = sources("lambdas").filter((file) => !/^lambdas\/(events|outbox)\//.test(file));
    assert.deepEqual(
      broken(others, (to) => !to.startsWith("lambdas/outbox/")),
      [],
    );
  });

  it("include the AWS SDK for lambdas/aws alone, except in the user's own events", () => {
    const files = sources("lambdas").filter((file) => !/^lambdas\/(aws|events)\//.test(file));
    assert.deepEqual(
      broken(files, (to) => !isSdk(to)),
      [],
    );
  });

  it("are, for rooms: operate imports local, local imports infra, infra imports lambdas; never the reverse, and no tests", () => {
    const rooms = ["lambdas", "infra", "local", "operate", "test"];
    for (const [index, room] of rooms.slice(0, -1).entries()) {
      const above = rooms.slice(index + 1);
      const allowed = (to: string) => !above.some((other) => to.startsWith(`${other}/`));
      assert.deepEqual(broken(sources(room), allowed), []);
    }
    assert.deepEqual(
      broken(sources("lambdas"), (to) => !to.includes("aws-cdk")),
      [],
    );
  });

  it("are, for the process of a local run: neither CDK nor esbuild, which stay in memory for as long as it runs", () => {
    const loaded = new Set(["operate/cli/start-run.ts", "local/run-stack.ts"]);
    for (const file of loaded) {
      for (const to of staticImports(file)) loaded.add(to);
    }
    assert.ok(loaded.has("local/synth/assembly.ts"));
    const heavy = [...loaded].filter((to) => /^(aws-cdk-lib|constructs|esbuild)(\/|$)/.test(to));
    assert.deepEqual(heavy, []);
  });

  it("are, for the commands on a stage: neither CDK nor esbuild, which take a second to load and may not be installed", () => {
    const files = sources("operate/cli").filter((file) =>
      read("operate/cli/stage-commands.ts").includes(`./${basename(file)}`),
    );
    assert.ok(files.includes("operate/cli/doctor.ts"));
    const loaded = new Set(files);
    for (const file of loaded) {
      for (const to of staticImports(file)) loaded.add(to);
    }
    const heavy = [...loaded].filter((to) => /^(aws-cdk-lib|constructs|esbuild)(\/|$)/.test(to));
    assert.deepEqual(heavy, []);
  });

  it("are, for engines of operate: not its commands, which parse and print", () => {
    const engines = sources("operate").filter((file) => !file.startsWith("operate/cli/"));
    assert.deepEqual(
      broken(engines, (to) => !to.startsWith("operate/cli/")),
      [],
    );
  });

  it("are, for folders of core: the folders below, and core's own files; processing and ingress do not import each other", () => {
    const below: Readonly<Record<string, readonly string[]>> = {
      bytes: [],
      events: ["bytes"],
      verify: ["bytes", "events"],
      ingress: ["bytes", "events", "verify"],
      checks: ["bytes", "events"],
      processing: ["bytes", "events", "verify", "checks"],
    };
    const folderOf = (path: string) => /^lambdas\/core\/(\w+)\//.exec(path)?.[1];
    const allowed = (to: string, file: string) => {
      const [from = "", folder] = [folderOf(file), folderOf(to)];
      return folder === undefined || folder === from || (below[from]?.includes(folder) ?? true);
    };
    assert.deepEqual(broken(sources("lambdas/core"), allowed), []);
  });

  it("form no circle", () => {
    const files = sources("lambdas", "infra", "local", "operate");
    const graph = new Map(files.map((file) => [file, imports(file).filter((to) => files.includes(to))]));
    const [done, way, circles] = [new Set<string>(), [] as string[], new Set<string>()];
    const visit = (file: string): void => {
      if (way.includes(file)) return void circles.add([...way.slice(way.indexOf(file)), file].join(" → "));
      if (done.has(file)) return;
      way.push(file);
      for (const to of graph.get(file) ?? []) visit(to);
      way.pop();
      done.add(file);
    };
    for (const file of files) visit(file);
    assert.deepEqual([...circles], []);
  });
});

describe("the repository", () => {
  it("calls nothing utils, helpers, common, shared or index", () => {
    const vague = /^(utils?|helpers?|common|shared|index)$/;
    const found = sources("lambdas", "infra", "local", "operate", "test", "bench").filter((path) =>
      path.split("/").some((part) => vague.test(part.replace(/\..*$/, ""))),
    );
    assert.deepEqual(found, []);
  });

  it("has at most 15 files in a folder, but for providers, samples, event files and commands", () => {
    const apart = /^(lambdas\/(providers|events)|operate\/cli)(\/|$)/;
    const folders = Map.groupBy(sources("lambdas", "infra", "local", "operate", "test/proof"), (path) => dirname(path));
    const full = Array.from(folders, ([folder, files]) => [folder, files.length] as const)
      .filter(([folder, count]) => count > 15 && !apart.test(folder))
      .map(([folder, count]) => `${folder}: ${count}`);
    assert.deepEqual(full, []);
  });

  it("omits an optional field by defined", () => {
    const byHand = /([\w.?]+) === undefined \? \{\} : \{ (?:\w+: )?\1 \}/;
    const found = sources("lambdas", "infra", "local", "operate").filter((path) => byHand.test(read(path)));
    assert.deepEqual(found, []);
  });

  it("names its files and folders in kebab-case", () => {
    const own = sources("lambdas", "infra", "local", "operate", "test", "bench").filter(
      (path) => !/^(lambdas|test|test\/fixtures)\/events\/[^/]+\//.test(path),
    );
    const odd = own.filter(
      (path) => !path.split("/").every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(part)),
    );
    assert.deepEqual(odd, []);
  });

  it("has no file of core with more than 200 lines", () => {
    const long = sources("lambdas/core")
      .map((path) => [path, read(path).trimEnd().split("\n").length] as const)
      .filter(([, lines]) => lines > 200);
    assert.deepEqual(long, []);
  });
});

describe("the exports of a file", () => {
  const rooms = ["lambdas", "infra", "local", "operate"];
  /** What is imported by its name, as `path name`; and the texts of files that import all that a path exports. */
  const named = new Set<string>();
  const whole = new Map<string, string>();
  for (const file of sources(...rooms, "test", "examples")) {
    const text = read(file);
    const rest = text.replaceAll(/\{([^{}]*)\}\s*from\s*"(\.[^"]+)"/g, (_, names: string, specifier: string) => {
      const path = posix.join(dirname(file), specifier);
      for (const name of names.matchAll(/(?:^|,)\s*(?:type\s+)?(\w+)/g)) named.add(`${path} ${name[1]}`);
      return "";
    });
    for (const specifier of specifiers(rest)) {
      const path = posix.join(dirname(file), specifier);
      whole.set(path, `${whole.get(path) ?? ""}\n${text}`);
    }
  }

  function unused(path: string): readonly string[] {
    const declared = /^export (?:async )?(?:type|interface|class|const|function\*?) (\w+)/gm;
    const code = read(path).replaceAll(/`[^`]*`/g, "``");
    const names = Array.from(code.matchAll(declared), ([, name = ""]) => name);
    const inWhole = (name: string) => new RegExp(`\\b${name}\\b`).test(whole.get(path) ?? "");
    return names.filter((name) => !named.has(`${path} ${name}`) && !inWhole(name));
  }

  it("are imported by another file, or by the package's entry points", () => {
    const entryPoints = Object.values<string>(JSON.parse(read("package.json")).exports).map(posix.normalize);
    // A clone may have removed the examples, which use the outbox.
    const isLeftOut = (path: string) => path.endsWith(".d.ts") || path.startsWith("lambdas/outbox/");
    const files = sources(...rooms).filter((path) => !isLeftOut(path) && !entryPoints.includes(path));
    assert.deepEqual(
      files.flatMap((path) => unused(path).map((name) => `${path} ${name}`)),
      // The code that bundles are generated from names it.
      ["lambdas/aws/ports.ts drainPorts", "lambdas/aws/ports.ts canaryPorts"],
    );
  });
});

describe("providers", () => {
  const files = sources("lambdas/providers").filter((path) => basename(path) !== "mod.ts");
  const exported: Readonly<Record<string, unknown>> = entryPoint;

  it("are all registered in mod.ts by the name of their file, and nothing else is", () => {
    const names = files.map((path) => basename(path, ".ts")).sort();
    assert.deepEqual(Object.keys(entryPoint.providers).sort(), names);
    for (const [name, provider] of Object.entries(entryPoint.providers)) assert.equal(provider.name, name);
  });

  it("are exported as the camel-cased name of their file, since the bundle imports them by it", async () => {
    for (const path of files) {
      const name = basename(path, ".ts");
      const constant = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
      const module: Readonly<Record<string, unknown>> = await import(new URL(`../../${path}`, import.meta.url).href);
      assert.ok(module[constant] !== undefined, `${path} exports no ${constant}`);
      assert.equal(module[constant], entryPoint.providers[name], path);
      assert.equal(exported[constant], entryPoint.providers[name], `mod.ts does not export ${constant}`);
    }
  });

  it("have a folder of samples each, with at least one, all of them JSON or forms", () => {
    const samples = join(root, "lambdas/providers/samples");
    for (const name of Object.keys(entryPoint.providers)) {
      assert.ok(existsSync(join(samples, name)), `lambdas/providers/samples/${name} is missing`);
      const found = readdirSync(join(samples, name), { recursive: true, encoding: "utf8" }).filter((file) =>
        /\.(json|form)$/.test(file),
      );
      assert.ok(found.length > 0, `${name} has no sample`);
      for (const file of found.filter((path) => path.endsWith(".json")))
        JSON.parse(readFileSync(join(samples, name, file), "utf8"));
    }
    for (const folder of readdirSync(samples))
      assert.ok(Object.hasOwn(entryPoint.providers, folder), `nobody sends ${folder}`);
  });
});
