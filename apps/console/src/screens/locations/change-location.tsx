// Another code, another time zone, or no longer tracked: nothing is ever deleted.
import type { Location, LocationChange } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";

export function ChangeLocation({ location, onClose }: { location: Location; onClose: () => void }) {
  const [code, setCode] = useState(location.subdivision_code);
  const [zone, setZone] = useState(location.time_zone ?? "");
  const [active, setActive] = useState(location.active);
  const client = useQueryClient();
  const isOther = code.toUpperCase() !== location.subdivision_code;
  const change = useMutation({
    mutationFn: (json: LocationChange) =>
      read(
        api.v1.locations[":location_id"].$patch({
          param: { location_id: location.location_id },
          query: { sync: active && (isOther || !location.active) },
          json,
        }),
      ),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ["locations"] });
      onClose();
    },
  });
  const verb = active === location.active ? "Change" : active ? "Reactivate" : "Deactivate";
  return (
    <Confirm
      title={`Change ${location.subdivision_code}`}
      verb={verb}
      isDangerous={verb === "Deactivate"}
      isBusy={change.isPending}
      onClose={onClose}
      onConfirm={() =>
        change.mutate({
          ...(isOther ? { country_code: code.slice(0, 2).toUpperCase(), subdivision_code: code.toUpperCase() } : {}),
          active,
          time_zone: zone === "" ? null : zone,
        })
      }
    >
      <p className="small mono soft">{location.location_id}</p>
      <Field label="Subdivision" hint="ISO 3166-2">
        <input value={code} onChange={({ target }) => setCode(target.value.trim())} />
      </Field>
      <Field label="Time zone" hint="empty: none">
        <input value={zone} onChange={({ target }) => setZone(target.value.trim())} />
      </Field>
      <label className="row">
        <input type="checkbox" checked={active} onChange={({ target }) => setActive(target.checked)} />
        active: synced, and part of every list
      </label>
      {verb !== "Deactivate" ? null : (
        <p className="small soft">
          Its versions stay, and answer as before; no sync adds one until it is active again.
        </p>
      )}
      {change.isError ? <Problem error={change.error} /> : null}
    </Confirm>
  );
}
