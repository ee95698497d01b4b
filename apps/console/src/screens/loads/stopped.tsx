// Why a load stopped before its end, in the api's words.
import type { Load } from "@almanac/client/contract";

export function Stopped({ load: { error } }: { load: Pick<Load, "error"> }) {
  return error === null ? null : (
    <div className="problem" role="alert">
      <h2>It stopped</h2>
      <p>{error.detail}</p>
      <code>{error.code}</code>
    </div>
  );
}
