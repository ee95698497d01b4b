// How is a store of S3 talked to? With the SDK's retries, and with limits on how long it may be silent.
import { S3Client } from "@aws-sdk/client-s3";
import type { S3Settings } from "./settings.ts";

export function clientFor(settings: S3Settings): S3Client {
  const { region, endpoint, accessKeyId, secretAccessKey, sessionToken } = settings;
  const isElsewhere = endpoint !== undefined;
  return new S3Client({
    // Stores other than AWS want a region in the signature, whatever it is.
    ...(region !== undefined ? { region } : isElsewhere ? { region: "us-east-1" } : {}),
    ...(isElsewhere ? { endpoint, forcePathStyle: true } : {}),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }
      : {}),
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  });
}
