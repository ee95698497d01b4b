// What this package needs of a logger: pino fits, and so does a test's array.

/** Structured fields first, then the message. Never given a payload, a URL or a secret. */
export interface QueueLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
