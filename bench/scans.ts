// Scans at the gates as the first schema version has them: lines of NDJSON, all of them new events.
import { createHash } from "node:crypto";

const gates = 40;
const visitors = 5;
const days = 365;

/** A UUID (version 4's form) that belongs to a word: the same in every run. */
function idOf(word: string): string {
  const hex = createHash("md5").update(word).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function scanLines(count: number): string {
  const lines: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const day = Math.floor((n * days) / count);
    const at = new Date(Date.UTC(2026, 0, 1 + day, 8, n % 600, n % 60)).toISOString();
    lines.push(
      JSON.stringify({
        event_id: idOf(`scan ${n}`),
        event_type: "BarcodeScanned",
        event_timestamp: at,
        user_id: idOf(`user ${Math.floor(n / visitors)}`),
        related_id: idOf(`ticket ${n}`),
        version: 1,
        location_id: idOf(`park ${n % 13}`),
        visit_date: at.slice(0, 10),
        metadata: { scanner_location: `Gate ${n % gates}`, device: `scanner-${n % 97}`, read_ms: n % 250 },
      }),
    );
  }
  return `${lines.join("\n")}\n`;
}
