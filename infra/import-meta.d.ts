// Node 24 and Deno both have it; the libraries that tsconfig.json names, which `deno check` obeys, do not.
interface ImportMeta {
  readonly main: boolean;
}
