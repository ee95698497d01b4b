import type { CatalogDataset } from "@almanac/client/contract";
import { Badge } from "../../parts/badge.tsx";

const words = { none: "", pseudonym: "pseudonyms", possible: "possibly personal", direct: "personal data" } as const;

export function Personal({ of }: { of: CatalogDataset["personal_data"] }) {
  return of === "none" ? null : <Badge tone={of === "direct" ? "bad" : "warn"}>{words[of]}</Badge>;
}
