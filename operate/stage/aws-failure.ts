/** Why AWS or the local run could not be asked, in a sentence with the remedy; undefined where an error says something else. */
export function awsFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, address, port, hostname, cause, errors } = error as Error & Facts;
  // The SDK's whole message.
  if (message === "Region is missing") return "Cannot reach AWS: no region is set; give --region, or set AWS_REGION";
  if (name === "CredentialsProviderError") {
    return "Cannot reach AWS: no credentials were found; sign in (aws sso login), or set AWS_PROFILE";
  }
  // All that fetch says: its cause has the reason. A name with two addresses has an error for each.
  if (message === "fetch failed") return awsFailure(cause) ?? "No answer came: the connection failed";
  if (Array.isArray(errors)) return awsFailure(errors[0]);
  if (typeof code !== "string") return undefined;
  const host = hostname ?? (address === undefined ? undefined : `${address}:${port}`);
  if (host !== undefined) return `Cannot reach ${host}: ${code}; see that it is on, and that this machine may reach it`;
  return broken.test(code) ? `The connection broke off: ${code}; see that the other side is on` : undefined;
}

type Facts = Readonly<Partial<Record<"code" | "address" | "port" | "hostname" | "errors", unknown>>>;

/** Codes of a connection that was there, or that nobody answered; `UND_ERR_` are those of fetch. */
const broken = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|UND_ERR_(SOCKET|\w+_TIMEOUT))$/;
