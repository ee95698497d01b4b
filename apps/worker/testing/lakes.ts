// Every lake that a suite is to pass on: a folder, and an S3 server of the tests' own.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { s3ServerForTest } from "@almanac/lake/testing";
import { afterAll } from "vitest";

export interface LakeBackend {
  kind: "file" | "s3";
  /** The URL of an empty zone. */
  fresh(): Promise<string>;
}

/** Call it at the top of a test file: the server ends with the file. Sets what the S3 client reads from the environment. */
export async function lakes(): Promise<LakeBackend[]> {
  const server = await s3ServerForTest();
  const folder = await mkdtemp(join(tmpdir(), "almanac-lakes-"));
  Object.assign(process.env, s3Environment(server));
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const name = () => randomBytes(6).toString("hex");
  return [
    { kind: "file", fresh: () => Promise.resolve(pathToFileURL(join(folder, name())).href) },
    { kind: "s3", fresh: () => Promise.resolve(`s3://${server.bucket}/${name()}`) },
  ];
}

/** What a process needs to reach the server. */
function s3Environment(server: { endpoint: string; accessKeyId: string; secretAccessKey: string }) {
  return {
    AWS_ENDPOINT_URL_S3: server.endpoint,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: "eu-west-1",
  };
}
