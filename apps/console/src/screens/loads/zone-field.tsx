// The zone of timestamps that name none; the browser knows the names.
import { useId } from "react";
import { Field } from "../../parts/field.tsx";

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];

export function ZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const list = useId();
  return (
    <Field label="Time zone" hint="of timestamps without an offset; empty: they are refused">
      <input
        list={list}
        value={value}
        placeholder="Europe/Amsterdam"
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => onChange(target.value.trim())}
      />
      <datalist id={list}>
        {zones.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </datalist>
    </Field>
  );
}
