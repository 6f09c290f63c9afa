import { randomBytes, randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import type {
  CreateSecretRequest,
  DeleteSecretRequest,
  DescribeSecretRequest,
  GetSecretValueRequest,
  PutSecretValueRequest,
} from "@aws-sdk/client-secrets-manager";
import { AwsRefusal, answerJson, type Endpoint, listenOnLoopback, type Operation, operationName } from "./endpoint.ts";
import { type KeptSecrets, keepSecrets, type Secret, type SecretVersion } from "./kept-secrets.ts";

/**
 * Runs Secrets Manager in this process: CreateSecret, PutSecretValue, GetSecretValue, DescribeSecret, and
 * DeleteSecret at once. In memory, or also in `directory`, one process at a time.
 *
 * A secret may exist with no value, as the stack creates it: reading it then fails as on AWS, with
 * ResourceNotFoundException, the same as for a secret that does not exist; only the sentence differs. PutSecretValue
 * moves AWSCURRENT to the new version and AWSPREVIOUS to the one before.
 * Gaps against AWS: no SecretBinary, rotation, replication, recovery of what was deleted, tags, policies or KMS.
 * Wording: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function startSecretsManager(
  options: { port?: number; directory?: string; accessKeyId?: string } = {},
): Promise<Endpoint> {
  const { port, directory, accessKeyId } = options;
  const operations = secretOperations(keepSecrets(directory));
  const serve: RequestListener = (request, response) => {
    const name = operationName(request);
    const unknown = () => {
      throw new AwsRefusal("UnknownOperationException", `Secrets Manager has no operation ${name} on this machine`);
    };
    answerJson(request, response, operations.get(name) ?? unknown);
  };
  return listenOnLoopback(serve, { admits: { accessKeyId }, port });
}

function secretOperations({ secrets, save }: KeptSecrets): Map<string, Operation> {
  /** By name, by ARN, or by ARN without the six random characters, all of which AWS accepts. */
  function find(id = ""): Secret {
    const found = [...secrets.values()].find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
    if (!found) throw notFound("secret.");
    return found;
  }

  function createSecret({ Name = "", ClientRequestToken, SecretString }: CreateSecretRequest) {
    if (secrets.has(Name)) {
      const message = `The operation failed because the secret ${Name} already exists.`;
      throw new AwsRefusal("ResourceExistsException", message);
    }
    const suffix = randomBytes(3).toString("hex");
    const arn = `arn:aws:secretsmanager:${process.env.AWS_REGION ?? "us-east-1"}:000000000000:secret:${Name}-${suffix}`;
    const secret: Secret = { name: Name, arn, createdSeconds: Date.now() / 1000, versions: new Map() };
    secrets.set(Name, secret);
    save();
    if (SecretString === undefined) return { ARN: arn, Name };
    return putSecretValue({ SecretId: Name, ClientRequestToken, SecretString });
  }

  function putSecretValue(input: PutSecretValueRequest) {
    const { SecretId, SecretString, ClientRequestToken: id = randomUUID(), VersionStages } = input;
    const { arn, name, versions } = find(SecretId);
    if (SecretString === undefined) {
      throw new AwsRefusal("InvalidParameterException", "You must provide SecretString (SecretBinary: not here).");
    }
    const existing = versions.get(id);
    if (existing && existing.value !== SecretString) {
      const message = `You can't modify the value of version ${id}: a version with this token already exists.`;
      throw new AwsRefusal("ResourceExistsException", message);
    }
    // A repeated put changes nothing, not even which version is current.
    const version: SecretVersion = existing ?? {
      id,
      value: SecretString,
      createdSeconds: Date.now() / 1000,
      stages: new Set(),
    };
    if (!existing) {
      versions.set(id, version);
      for (const stage of VersionStages ?? ["AWSCURRENT"]) moveStage(versions, stage, version);
      save();
    }
    return { ARN: arn, Name: name, VersionId: id, VersionStages: [...version.stages] };
  }

  function getSecretValue({ SecretId, VersionId, VersionStage }: GetSecretValueRequest) {
    const { arn, name, versions } = find(SecretId);
    const stage = VersionStage ?? "AWSCURRENT";
    const version = VersionId ? versions.get(VersionId) : withStage(versions, stage);
    if (!version)
      throw notFound(`secret value for ${VersionId ? `VersionId: ${VersionId}` : `staging label: ${stage}`}`);
    if (VersionStage && !version.stages.has(VersionStage)) {
      const message = "You provided a VersionStage that is not associated to the provided VersionId.";
      throw new AwsRefusal("InvalidRequestException", message);
    }
    return {
      ARN: arn,
      Name: name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [...version.stages],
      CreatedDate: version.createdSeconds,
    };
  }

  function describeSecret({ SecretId }: DescribeSecretRequest) {
    const { arn, name, createdSeconds, versions } = find(SecretId);
    const staged = [...versions.values()].filter(({ stages }) => stages.size > 0);
    return {
      ARN: arn,
      Name: name,
      CreatedDate: createdSeconds,
      LastChangedDate: Math.max(createdSeconds, ...staged.map((version) => version.createdSeconds)),
      // Absent while the secret has no value, as on AWS.
      ...(staged.length && {
        VersionIdsToStages: Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]])),
      }),
    };
  }

  function deleteSecret({ SecretId, ForceDeleteWithoutRecovery }: DeleteSecretRequest) {
    const { arn, name } = find(SecretId);
    if (!ForceDeleteWithoutRecovery) {
      throw new AwsRefusal("InvalidRequestException", "Only ForceDeleteWithoutRecovery is there on this machine.");
    }
    secrets.delete(name);
    save();
    return { ARN: arn, Name: name, DeletionDate: Date.now() / 1000 };
  }

  return new Map<string, Operation>([
    ["CreateSecret", createSecret],
    ["PutSecretValue", putSecretValue],
    ["GetSecretValue", getSecretValue],
    ["DescribeSecret", describeSecret],
    ["DeleteSecret", deleteSecret],
  ]);
}

function withStage(versions: Map<string, SecretVersion>, stage: string): SecretVersion | undefined {
  return [...versions.values()].find(({ stages }) => stages.has(stage));
}

/** A stage is on one version at a time; when AWSCURRENT moves, the version that loses it becomes AWSPREVIOUS. */
function moveStage(versions: Map<string, SecretVersion>, stage: string, to: SecretVersion): void {
  const from = withStage(versions, stage);
  if (from === to) return;
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (from && stage === "AWSCURRENT") moveStage(versions, "AWSPREVIOUS", from);
}

function notFound(what: string): AwsRefusal {
  return new AwsRefusal("ResourceNotFoundException", `Secrets Manager can't find the specified ${what}`);
}
