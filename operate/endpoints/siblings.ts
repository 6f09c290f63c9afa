import type { Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";

/**
 * Where deliveries go that the same sender signs in another way: a line for each sibling of a provider.
 *
 * @param sources The provider of each source.
 */
export function siblingAdvice(
  { siblings = [] }: Provider,
  sources: Readonly<Record<string, string>>,
): readonly string[] {
  return siblings.map(({ provider: name, header }) => {
    const [source] = Object.entries(sources).find(([, provider]) => provider === name) ?? [];
    const which = `deliveries ${header === undefined ? "signed" : `with the header ${header}`}`;
    const of = `as ${providers[name]?.title ?? name} sends them`;
    return source === undefined
      ? `${which}, ${of}, are refused here and need a source: npm run new -- event ${name}/<type>`
      : `${which}, ${of}, are refused here and go to /${source}`;
  });
}
