/** The constant that a provider's file exports: `hotmart-hottok.ts` exports `hotmartHottok`. */
export function constantOf(provider: string): string {
  return provider.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
