// The next version of a schema, judged while it is typed: what speaks against it stands beside it, before anybody is asked.
import type { EventType, SchemaCandidate, SchemaRegistration } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type RefObject, useRef, useState } from "react";
import { api } from "../../api.ts";
import { useSession } from "../../frame/session.ts";
import { Card } from "../../parts/card.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Field } from "../../parts/field.tsx";
import { Loading } from "../../parts/loading.tsx";
import { Problem } from "../../parts/problem.tsx";
import { candidateOf, editorOf, firstSchema, placeInEditor, stepsHint } from "./candidate.ts";
import { useSettled } from "./settled.ts";
import { Verdict } from "./verdict.tsx";
import { modeWords, modes } from "./words.ts";

export function Register({ eventType, type }: { eventType: string; type: EventType | null }) {
  const newest = type?.versions.toSorted((one, other) => other.schema_version - one.schema_version)[0];
  const { may } = useSession();
  const [schema, typeSchema] = useState(() => JSON.stringify(newest?.json_schema ?? firstSchema(eventType), null, 2));
  const [steps, typeSteps] = useState("[]");
  const [compatibility, setMode] = useState<SchemaCandidate["compatibility"] | "">("");
  const [asks, ask] = useState<"register" | "approve" | null>(null);
  const schemaEditor = useRef<HTMLTextAreaElement>(null);
  const stepsEditor = useRef<HTMLTextAreaElement>(null);
  const typed = candidateOf(schema, steps, compatibility === "" ? undefined : compatibility);
  const settled = useSettled(typed.candidate === null ? null : JSON.stringify(typed.candidate), 400);
  const check = useQuery({
    queryKey: ["schemas", eventType, "check", settled],
    queryFn: ({ signal }) =>
      read(
        api.v1.schemas[":event_type"].versions.check.$post(
          { param: { event_type: eventType }, json: JSON.parse(settled ?? "") as SchemaCandidate },
          { init: { signal } },
        ),
      ),
    enabled: settled !== null,
    placeholderData: (before) => before,
    retry: false,
  });
  const isBehind = check.isFetching || settled !== (typed.candidate === null ? null : JSON.stringify(typed.candidate));

  function show(pointer: string): void {
    const editor = (editorOf(pointer) === "steps" ? stepsEditor : schemaEditor).current;
    if (editor === null) return;
    editor.focus();
    const place = placeInEditor(editor.value, pointer);
    if (place !== undefined) editor.setSelectionRange(place.from, place.to);
  }
  return (
    <div className="register">
      <div className="stack">
        <Editor
          label={`JSON Schema of ${eventType}'s metadata`}
          hint="2020-12"
          text={schema}
          problem={typed.problems.schema}
          editor={schemaEditor}
          rows={22}
          onType={typeSchema}
        />
        <Editor
          label="Steps that bring older events to it"
          hint={stepsHint}
          text={steps}
          problem={typed.problems.steps}
          editor={stepsEditor}
          rows={7}
          onType={typeSteps}
        />
        <Field label="It must be" hint="for this version alone">
          <select
            value={compatibility}
            onChange={({ target }) => setMode(target.value as SchemaCandidate["compatibility"] | "")}
          >
            <option value="">as the type asks{type === null ? "" : `: ${type.compatibility}`}</option>
            {modes.map((mode) => (
              <option key={mode} value={mode}>
                {mode}: {modeWords[mode]}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <div className="stack verdict-side">
        <Card title="What the registry says">
          {typed.candidate === null ? <p className="soft">It is no JSON yet: see beside the editor.</p> : null}
          {check.isPending && typed.candidate !== null ? <Loading what="The check" lines={2} /> : null}
          {check.isError ? <Problem error={check.error} /> : null}
          {check.data !== undefined && typed.candidate !== null && !check.isError ? (
            <Verdict check={check.data} isBehind={isBehind} onShow={show} />
          ) : null}
        </Card>
        {check.data !== undefined && !check.data.registered && may("registerSchema") ? (
          <div className="row">
            <button
              type="button"
              className="button primary"
              disabled={isBehind || check.data.verdict === "incompatible"}
              onClick={() => ask(check.data.verdict === "unproven" ? "approve" : "register")}
            >
              {check.data.verdict === "unproven" ? "Approve and register …" : "Register …"}
            </button>
          </div>
        ) : null}
      </div>
      {asks !== null && typed.candidate !== null && check.data !== undefined ? (
        <Ask
          eventType={eventType}
          type={type}
          version={check.data.schema_version}
          candidate={typed.candidate}
          isApproval={asks === "approve"}
          onClose={() => ask(null)}
        />
      ) : null}
    </div>
  );
}

interface EditorProps {
  label: string;
  hint: string;
  text: string;
  problem: string | undefined;
  editor: RefObject<HTMLTextAreaElement | null>;
  rows: number;
  onType: (text: string) => void;
}

function Editor({ label, hint, text, problem, editor, rows, onType }: EditorProps) {
  return (
    <div className="stack tight">
      <Field label={label} hint={hint}>
        <textarea
          ref={editor}
          rows={rows}
          value={text}
          spellCheck={false}
          wrap="off"
          aria-invalid={problem !== undefined}
          onChange={({ target }) => onType(target.value)}
        />
      </Field>
      {problem === undefined ? null : <p className="small said-bad">{problem}</p>}
    </div>
  );
}

interface AskProps {
  eventType: string;
  type: EventType | null;
  version: number;
  candidate: SchemaRegistration;
  isApproval: boolean;
  onClose: () => void;
}

function Ask({ eventType, type, version, candidate, isApproval, onClose }: AskProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const register = useMutation({
    mutationFn: () =>
      read(
        api.v1.schemas[":event_type"].versions.$post({
          param: { event_type: eventType },
          query: isApproval ? { approve: true } : {},
          json: candidate,
        }),
      ),
    async onSuccess({ run_id: run }) {
      await client.invalidateQueries({ queryKey: ["schemas"] });
      await client.invalidateQueries({ queryKey: ["runs"] });
      const search = run === null ? { version: String(version) } : { tab: "runs", run };
      await navigate({ to: "/schemas/$eventType", params: { eventType }, search });
    },
  });
  return (
    <Confirm
      title={`Register version ${version} of ${eventType}?`}
      verb={isApproval ? "Approve and register" : "Register"}
      isBusy={register.isPending}
      onConfirm={() => register.mutate()}
      onClose={onClose}
    >
      <p>A version never changes and never goes away. New events are judged by it from now on.</p>
      {type === null ? null : (
        <p>
          {type.on_new_version === "propose"
            ? "Stored events stay as they are: a preview of what would change is made, and waits for a yes."
            : "Stored events are brought to it at once, as the type's policy says; a run can be reverted."}
        </p>
      )}
      {isApproval ? (
        <p className="notice warn">It cannot be proven compatible. That you approved it is kept with the version.</p>
      ) : null}
      {register.isError ? <Problem error={register.error} /> : null}
    </Confirm>
  );
}
