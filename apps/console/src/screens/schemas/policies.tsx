// What is said of a type as a whole: who owns it, what a new version must be, and what happens to events when one comes.
import type { EventType } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { api } from "../../api.ts";
import { useSession } from "../../frame/session.ts";
import { Card, Facts } from "../../parts/card.tsx";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { modeWords, modes, policyWords } from "./words.ts";

export function Policies({ type }: { type: EventType }) {
  const { may } = useSession();
  const [isChanging, change] = useState(false);
  return (
    <Card
      title="The type"
      aside={
        may("changeEventType") && !isChanging ? (
          <button type="button" className="button small" onClick={() => change(true)}>
            Change
          </button>
        ) : null
      }
    >
      {isChanging ? (
        <Change type={type} onDone={() => change(false)} />
      ) : (
        <Facts
          of={[
            ["Owner", type.owner ?? <span className="soft">nobody</span>],
            ["A new version must be", `${type.compatibility}: ${modeWords[type.compatibility]}`],
            ["Then stored events are", policyWords[type.on_new_version]],
            ["Newest version", type.schema_version],
          ]}
        />
      )}
    </Card>
  );
}

function Change({ type, onDone }: { type: EventType; onDone: () => void }) {
  const client = useQueryClient();
  const [owner, setOwner] = useState(type.owner ?? "");
  const [description, describe] = useState(type.description ?? "");
  const [compatibility, setMode] = useState(type.compatibility);
  const [policy, setPolicy] = useState(type.on_new_version);
  const save = useMutation({
    mutationFn: () =>
      read(
        api.v1.schemas[":event_type"].$patch({
          param: { event_type: type.event_type },
          json: {
            owner: owner === "" ? null : owner,
            description: description === "" ? null : description,
            compatibility,
            on_new_version: policy,
          },
        }),
      ),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ["schemas"] });
      onDone();
    },
  });
  const first = useRef<HTMLInputElement>(null);
  // The button that opened this is gone: the focus goes on here.
  useEffect(() => first.current?.focus(), []);
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form className="stack" onSubmit={submit}>
      <div className="grid fields-grid">
        <Field label="Owner" hint="a team or a system">
          <input ref={first} value={owner} onChange={({ target }) => setOwner(target.value)} />
        </Field>
        <Field label="What such an event says">
          <input value={description} onChange={({ target }) => describe(target.value)} />
        </Field>
        <Field label="A new version must be">
          <select value={compatibility} onChange={({ target }) => setMode(target.value as EventType["compatibility"])}>
            {modes.map((mode) => (
              <option key={mode} value={mode}>
                {mode}: {modeWords[mode]}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Then stored events are">
          <select value={policy} onChange={({ target }) => setPolicy(target.value as EventType["on_new_version"])}>
            <option value="propose">{policyWords.propose}</option>
            <option value="publish">{policyWords.publish}</option>
          </select>
        </Field>
      </div>
      {save.isError ? <Problem error={save.error} /> : null}
      <div className="row">
        <button type="submit" className="button primary" disabled={save.isPending}>
          Save
        </button>
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}
