/** Why AWS could not be asked, in a sentence with the remedy; undefined where an error says something else. */
export function awsFailure(error: unknown): string | undefined {
  const { name, message, code, address, port, hostname } = error as Readonly<Record<string, unknown>>;
  // The SDK's whole message.
  if (message === "Region is missing") return "Cannot reach AWS: no region is set; give --region, or set AWS_REGION";
  if (name === "CredentialsProviderError") {
    return "Cannot reach AWS: no credentials were found; sign in (aws sso login), or set AWS_PROFILE";
  }
  const host = hostname ?? (address === undefined ? undefined : `${address}:${port}`);
  if (typeof code !== "string" || host === undefined) return undefined;
  return `Cannot reach ${host}: ${code}; see that it is on, and that this machine may reach it`;
}
