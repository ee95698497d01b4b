// The calls about event types: what their metadata must look like, and how that changes.
import type { ApiDeps } from "../../deps.ts";
import type { AnyRoute } from "../../http/route.ts";
import { patchEventType } from "./change-event-type.ts";
import { postSchemaCheck } from "./check-schema.ts";
import { getSchema, listSchemas } from "./read-schemas.ts";
import { postSchemaVersion } from "./register-schema.ts";

export function schemaRoutes(deps: ApiDeps): AnyRoute[] {
  return [listSchemas(deps), getSchema(deps), postSchemaVersion(deps), postSchemaCheck(deps), patchEventType(deps)];
}
