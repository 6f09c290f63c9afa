/**
 * The name of the source in a URL's path, after a base path; undefined where there is none. Several slashes count as one, since
 * two joined texts may have one each. Otherwise the path is compared as sent: a host inside it has no meaning, and nothing is
 * decoded.
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

/** The pattern of names of sources and providers: they are parts of paths, keys and names in AWS. */
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
