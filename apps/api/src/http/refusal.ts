// A refusal that needs headers of its own (Allow, RateLimit).
import { AppError, type AppErrorOptions, type ErrorCategory } from "@almanac/domain/errors";

export class Refusal extends AppError {
  readonly headers: Record<string, string>;

  constructor(category: ErrorCategory, options: AppErrorOptions & { headers: Record<string, string> }) {
    super(category, options);
    this.headers = options.headers;
  }
}
