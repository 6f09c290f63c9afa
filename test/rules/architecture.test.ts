import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("docs/architecture.md", () => {
  const rows = [...read("docs/architecture.md").matchAll(/\[([\w./-]+\.ts)\]\(\.\.\/[\w./-]+\) \| `(\w+)`/g)];

  it("names functions that are in their files", () => {
    assert.ok(rows.length > 40, `${rows.length} rows`);
    const missing = rows.filter(([, file = "", name]) => {
      return !new RegExp(`^(export )?(async )?(function\\*?|class|const) ${name}\\b`, "m").test(read(file));
    });
    assert.deepEqual(
      missing.map(([, file, name]) => `${file}: ${name}`),
      [],
    );
  });
});

describe("docs/protocol.md", () => {
  const text = read("docs/protocol.md");

  it("links each failure of processing to a test of that name", () => {
    const rows = [...text.matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[\w./-]+)\) \|$/gm)];
    assert.ok(rows.length > 10, `${rows.length} rows`);
    const missing = rows.filter(([, name = "", file = ""]) => !read(file).includes(`it("${name}"`));
    assert.deepEqual(
      missing.map(([, name]) => name),
      [],
    );
  });

  it("has a row for each failure at ingress that a test names, and the other way round", () => {
    const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter(
      (file) => /^(core|aws)\//.test(file) && file.endsWith(".test.ts"),
    );
    const tested = files.flatMap((file) =>
      [...read(`test/${file}`).matchAll(/\(rows? ([\d and,]+)\)/g)].flatMap(
        ([, rows = ""]) => rows.match(/\d+/g) ?? [],
      ),
    );
    const rows = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row));
    assert.deepEqual(
      rows,
      [...new Set(tested.map(Number))].sort((one, other) => one - other),
    );
  });
});

describe("the words for trying again", () => {
  const words = ["retry", "resend", "redeliver", "redrive", "reconcile"];
  const rowsOf = (page: string) =>
    words.map((word) => new RegExp(`^\\| ${word} \\|.*`, "m").exec(read(page))?.[0].split(" | ") ?? [word]);

  it("have a row each in README and protocol: who starts it, what runs again, what does not", () => {
    for (const page of ["README.md", "docs/protocol.md"]) {
      for (const row of rowsOf(page)) assert.equal(row.length, 4, `${page}: ${row[0]}`);
    }
  });

  it("are marked in both where they do not exist yet", () => {
    const missing = (page: string) =>
      words.filter((_, index) => rowsOf(page)[index]?.join().includes("**does not exist yet**"));
    assert.deepEqual(missing("README.md"), ["reconcile"]);
    assert.deepEqual(missing("docs/protocol.md"), missing("README.md"));
  });
});

describe("every page of the project", () => {
  const pages = ["", "docs", "docs/iam", "docs/measured", "lambdas", "local", "operate", "test", "infra"].flatMap(
    (folder) =>
      readdirSync(join(root, folder))
        .filter((file) => file.endsWith(".md"))
        .map((file) => join(folder, file)),
  );

  it("links to files that are in the repository", () => {
    assert.ok(pages.length > 10);
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g)]
        .map(([, path = ""]) => path)
        .filter((path) => !existsSync(join(root, dirname(page), path)))
        .map((path) => `${page}: ${path}`),
    );
    assert.deepEqual(broken, []);
  });

  it("links to headings that their pages have", () => {
    const anchorsOf = (page: string) =>
      [
        ...read(page)
          .replaceAll(/^```[\s\S]*?^```$/gm, "")
          .matchAll(/^#{1,6} (.+)$/gm),
      ].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
          .replaceAll(" ", "-"),
      );
    const links = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?![a-z]+:)([^)#\s]*)#([^)\s]+)\)/g)].map(([, path = "", anchor = ""]) => ({
        page,
        target: path === "" ? page : join(dirname(page), path),
        anchor,
      })),
    );
    assert.ok(links.length > 40, `${links.length} links`);
    const broken = links.filter(({ target, anchor }) => target.endsWith(".md") && !anchorsOf(target).includes(anchor));
    assert.deepEqual(broken, []);
  });

  it("names no page that is not in the repository", () => {
    const known = pages.map((page) => page.slice(page.lastIndexOf("/") + 1));
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/`([\w-]+\.md)`/g)]
        .map(([, name = ""]) => name)
        .filter((name) => !known.includes(name))
        .map((name) => `${page}: ${name}`),
    );
    assert.deepEqual(broken, []);
  });

  it("names commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json"));
    // Changes tell of commands that were.
    const named = pages
      .filter((page) => page !== "CHANGELOG.md")
      .flatMap((page) =>
        [...read(page).matchAll(/(?:npm run(?: -s)?|deno task) ([a-z][a-z:]*)/g)].map(([, name = ""]) => ({
          page,
          name,
        })),
      );
    assert.ok(named.length > 20);
    const broken = named.filter(({ name }) => !Object.hasOwn(scripts, name));
    assert.deepEqual(broken, []);
  });

  it("names files and folders that are in the repository", () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/`((?:lambdas|infra|local|operate|test|docs|examples)\/[\w./-]+)`/g)]
        .map(([, path = ""]) => path)
        // Event files are the user's own: pages tell of some that one may write; changes tell of what was.
        .filter(
          (path) => page !== "CHANGELOG.md" && !path.startsWith("lambdas/events/") && !existsSync(join(root, path)),
        )
        .map((path) => `${page}: ${path}`),
    );
    assert.deepEqual(broken, []);
  });
});
