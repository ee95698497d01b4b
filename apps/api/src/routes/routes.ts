// Every declared route of the api, in the order in which the document shows them.
import type { ApiDeps } from "../deps.ts";
import type { AnyRoute } from "../http/route.ts";
import { listKeys } from "./keys/list-keys.ts";

export function everyRoute(deps: ApiDeps): AnyRoute[] {
  return [listKeys(deps)];
}
