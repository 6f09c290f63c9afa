import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { isUnset } from "../../lambdas/core/verify/unset-secret.ts";

/**
 * The API key that is stored in Secrets Manager, under a name that no function of the stack may read.
 *
 * @throws {TypeError} Where none is.
 */
export async function storedApiKey(client: SecretsManagerClient, stage: string, source: string): Promise<string> {
  const SecretId = `hookline-api/${stage}/${source}`;
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    return checkApiKey(SecretString.replace(/\r?\n$/, ""));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new TypeError(
      `Cannot find the API key: give --key-file F, --key-file - for standard input, or create the secret ${SecretId}`,
    );
  }
}

/**
 * The key, checked.
 *
 * @throws {TypeError} Where it is not a key. Its text is not shown.
 */
export function checkApiKey(key: string): string {
  // fetch quotes a header that it cannot send in its error.
  if (isUnset(key) || !/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError("Cannot use the API key: expected one line of visible ASCII, received none, or something else");
  }
  return key;
}
