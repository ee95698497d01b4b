// The tables that MikroORM knows: small master data. Hot reads, history and everything set-based is plain SQL.
import { ApiKey } from "./api-key.ts";
import { Quarantine } from "./quarantine.ts";

export const entities = [ApiKey, Quarantine];
