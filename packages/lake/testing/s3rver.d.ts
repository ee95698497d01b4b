// The part of s3rver that the tests use; the package brings no types.
declare module "s3rver" {
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      directory: string;
      silent: boolean;
      configureBuckets: { name: string }[];
    });
    run(): Promise<{ port: number }>;
    store: Record<"copyObject" | "deleteObject", (...place: unknown[]) => Promise<unknown>>;
  }
}
