// Where is a bucket, and who are we there? Nothing of the SDK: whoever only passes settings on does not load it.

/** What is not given is left to the SDK's own chain (environment, profile, instance role). */
export interface S3Settings {
  region?: string | undefined;
  /** Another store than AWS: `http://127.0.0.1:9000`. Buckets are then part of the path, not of the host name. */
  endpoint?: string | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  sessionToken?: string | undefined;
  /** Where large bodies wait for their name. Default: the system's folder for temporary files. */
  spoolFolder?: string | undefined;
}

export interface BucketUrl {
  bucket: string;
  /** Without slashes at its ends; empty for the bucket itself. */
  prefix: string;
}

/** The parts of `s3://<bucket>/<prefix>`; null for anything else. */
export function bucketUrl(url: string): BucketUrl | null {
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/.exec(url) ?? [];
  return bucket === undefined ? null : { bucket, prefix };
}
