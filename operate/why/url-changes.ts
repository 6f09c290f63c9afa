import type { Attempt, Change } from "./attempt.ts";

/** The URL as it may be registered. */
export function urlChanges(attempt: Attempt): readonly Change[] {
  const { url, delivery } = attempt;
  const known = [url, delivery.url].filter((text) => text !== undefined);
  const candidates = new Set(known.flatMap(spellings));
  candidates.delete(url ?? "");
  return Array.from(candidates, (candidate) => ({
    cause: "another-url",
    says: `for the URL ${candidate}${url === undefined ? "" : `, where ${url} is configured as registered`}`,
    attempt: { ...attempt, url: candidate },
  }));
}

/** With http and https, with and without a slash at the end, a port and a query. */
function spellings(text: string): readonly string[] {
  const [, scheme, host = "", , path = "", query = ""] =
    /^(https?):\/\/([^/?#:]+)(:\d+)?([^?#]*)(\?[^#]*)?/.exec(text) ?? [];
  if (scheme === undefined) return [];
  const paths = new Set([path, path.replace(/\/+$/, ""), `${path.replace(/\/+$/, "")}/`]);
  return ["https", "http"].flatMap((protocol) =>
    ["", protocol === "https" ? ":443" : ":80"].flatMap((port) =>
      [...paths].flatMap((one) => [query, ""].flatMap((end) => [`${protocol}://${host}${port}${one}${end}`])),
    ),
  );
}
