import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The provider of a name.
 *
 * @param doing The beginning of the error: `Cannot say why:`.
 * @throws {UsageError} Where there is none, with the nearest.
 */
export function providerNamed(name: string, doing: string): Provider {
  const found = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(providers);
  const meant = didYouMean(name, names) || ";";
  throw new UsageError(`${doing} there is no provider "${name}"${meant} docs/providers.md has all`);
}
