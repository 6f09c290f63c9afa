/**
 * The name of the source that a URL's path leads to, behind a base path; undefined where it leads to none. Several
 * slashes are one: two texts that were joined may bring one each. Else the path is taken as it is: no host inside of it
 * counts, and nothing in it is decoded.
 */
export function sourceName(url: string, basePath = ""): string | undefined {
  const path = url
    .replace(/^[a-z]+:\/\/[^/?#]*/i, "")
    .replace(/[?#].*$/s, "")
    .replace(/\/{2,}/g, "/");
  if (!path.startsWith(basePath)) return undefined;
  const [, name = ""] = /^\/([^/]*)\/?$/.exec(path.slice(basePath.length)) ?? [];
  return isSourceName(name) ? name : undefined;
}

/** What a source or a provider may be named: it stands in paths, keys and names of AWS. */
export const sourceNamePattern: RegExp = /^[a-z][a-z0-9-]{0,39}$/;

export function isSourceName(name: string): boolean {
  return sourceNamePattern.test(name);
}

/** Whether a URL can have this path before a source's name. */
export function isBasePath(path: unknown): boolean {
  return (
    typeof path === "string" &&
    /^(\/[^/]+)*$/.test(path) &&
    new URL(`https://hooks.example${path}/`).pathname === `${path}/`
  );
}
