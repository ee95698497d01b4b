// Which two states: versions at which something changed, or instants.
import type { Version } from "@almanac/client/contract";
import { useSearchState } from "../../frame/search-state.ts";
import { shortDay } from "../../history/change-words.ts";
import { Field } from "../../parts/field.tsx";
import type { Compared } from "./compared.ts";

export interface ComparisonChoiceProps {
  compared: Compared | undefined;
  changed: readonly Version[];
}

export function ComparisonChoice({ compared, changed }: ComparisonChoiceProps) {
  const [, change] = useSearchState();
  const first = changed.at(-1)!;
  const day = (at: string) => at.slice(0, 10);
  function compareBy(by: string): void {
    if (by === "version") return change(byVersions);
    change({ ...byVersions, from_as_of: day(first.synced_at), to_as_of: new Date().toISOString().slice(0, 10) });
  }
  return (
    <div className="filters">
      <Field label="Compare">
        <select value={compared?.by ?? "version"} onChange={({ target }) => compareBy(target.value)}>
          <option value="version">versions</option>
          <option value="as_of">what we knew on two days</option>
        </select>
      </Field>
      {compared?.by === "as_of" ? (
        <>
          <DayField label="From" name="from_as_of" value={compared.from_as_of} />
          <DayField label="To" name="to_as_of" value={compared.to_as_of} />
        </>
      ) : compared?.by === "version" ? (
        <>
          <VersionField label="From" name="from_version" compared={compared} changed={changed} />
          <VersionField label="To" name="to_version" compared={compared} changed={changed} />
        </>
      ) : null}
    </div>
  );
}

const byVersions = { from_version: undefined, to_version: undefined, from_as_of: undefined, to_as_of: undefined };

function DayField({ label, name, value }: { label: string; name: "from_as_of" | "to_as_of"; value: string }) {
  const [, change] = useSearchState();
  return (
    <Field label={label} hint={value.length === 10 ? "the day's end in UTC" : "UTC"}>
      <input
        type="date"
        value={value.slice(0, 10)}
        required
        max={new Date().toISOString().slice(0, 10)}
        onChange={({ target }) => (target.value === "" ? undefined : change({ [name]: target.value }))}
      />
    </Field>
  );
}

interface VersionFieldProps {
  label: string;
  name: "from_version" | "to_version";
  compared: Extract<Compared, { by: "version" }>;
  changed: readonly Version[];
}

/** Versions that changed nothing are the one before them: there is no need to choose them, but a link may name one. */
function VersionField({ label, name, compared, changed }: VersionFieldProps) {
  const [, change] = useSearchState();
  const { by: _by, ...both } = compared;
  const value = both[name];
  const isListed = changed.some(({ version }) => version === value);
  return (
    <Field label={label}>
      <select value={value} onChange={({ target }) => change({ ...texts(both), [name]: target.value })}>
        {isListed ? null : <option value={value}>version {value}</option>}
        {changed.map(({ version, synced_at }) => (
          <option key={version} value={version}>
            version {version}, {shortDay(synced_at)}
          </option>
        ))}
      </select>
    </Field>
  );
}

const texts = (both: { from_version: number; to_version: number }) => ({
  from_version: String(both.from_version),
  to_version: String(both.to_version),
});
