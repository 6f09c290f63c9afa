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
  return /^\/([a-z][a-z0-9-]{0,39})\/?$/.exec(path.slice(basePath.length))?.[1];
}

/**
 * Checks what stands in a path before a source's name.
 *
 * @throws {TypeError} When no URL has such a path.
 */
export function checkBasePath(basePath = ""): void {
  const isPath =
    /^(\/[^/]+)*$/.test(basePath) && new URL(`https://hooks.example${basePath}/`).pathname === `${basePath}/`;
  if (isPath) return;
  throw new TypeError(
    `Cannot create receiver: basePath is "" or a path that begins with "/" and ends without, as "/api/webhooks", received "${basePath}"`,
  );
}

/** @throws {TypeError} When a source name is not fit for a path. */
export function checkSources(sources: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(sources)) {
    if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) continue;
    throw new TypeError(
      `Cannot create receiver: a source is named in lower-case letters, digits and "-", received "${name}"`,
    );
  }
}
