// An operator's word on a run. Each is asked for once more, with a reason that the audit keeps.
import type { ReprocessRun } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api.ts";
import { useSession } from "../../frame/session.ts";
import { counted } from "../../frame/words.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Field } from "../../parts/field.tsx";
import { Problem } from "../../parts/problem.tsx";
import { isOpen } from "./words.ts";

const run = api.v1["reprocess-runs"][":run_id"];

interface Word {
  verb: "publish" | "pause" | "resume" | "cancel" | "revert";
  label: string;
  operation: string;
  isDangerous: boolean;
  /** Whether it makes sense now; the api has the last word. */
  fits: (run: ReprocessRun) => boolean;
  means: (run: ReprocessRun) => string;
}

const isEnded = ({ status }: ReprocessRun) => ["succeeded", "partial", "failed", "cancelled"].includes(status);

const words: readonly Word[] = [
  {
    verb: "publish",
    label: "Publish",
    operation: "publishReprocessRun",
    isDangerous: false,
    fits: ({ mode, status }) => mode === "preview" && (status === "succeeded" || status === "partial"),
    means: ({ rows }) =>
      `About ${counted(rows.changed, "event")} get a new revision of the version that they have. What was before stays in history, and as-of answers do not change.`,
  },
  {
    verb: "pause",
    label: "Pause",
    operation: "pauseReprocessRun",
    isDangerous: false,
    fits: isOpen,
    means: () => "What it has written stays. It goes on where it stopped when it is resumed.",
  },
  {
    verb: "resume",
    label: "Resume",
    operation: "resumeReprocessRun",
    isDangerous: false,
    fits: ({ status }) => status === "paused",
    means: () => "It goes on where it stopped, over the events that were there when it began.",
  },
  {
    verb: "cancel",
    label: "Cancel",
    operation: "cancelReprocessRun",
    isDangerous: true,
    fits: (of) => isOpen(of) || of.status === "paused",
    means: () => "It ends here. What it has published stays; a revert takes it back.",
  },
  {
    verb: "revert",
    label: "Revert",
    operation: "revertReprocessRun",
    isDangerous: true,
    fits: (of) => of.mode === "publish" && of.reverts === null && isEnded(of) && of.rows.changed > 0,
    means: ({ rows }) =>
      `The ${counted(rows.changed, "event")} that it changed get the interpretation back that they had, as a new revision; those for which something newer came stay as they are.`,
  },
];

export function RunActions({ run: shown }: { run: ReprocessRun }) {
  const { may } = useSession();
  const [asked, ask] = useState<Word | null>(null);
  return (
    <>
      {words
        .filter((word) => may(word.operation) && word.fits(shown))
        .map((word) => (
          <button
            key={word.verb}
            type="button"
            className={`button small ${word.isDangerous ? "danger" : word.verb === "publish" ? "primary" : ""}`}
            onClick={() => ask(word)}
          >
            {word.label} …
          </button>
        ))}
      {asked === null ? null : <Ask word={asked} run={shown} onClose={() => ask(null)} />}
    </>
  );
}

function Ask({ word, run: shown, onClose }: { word: Word; run: ReprocessRun; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [reason, say] = useState("");
  const steer = useMutation({
    mutationFn: async () =>
      read(await run[word.verb].$post({ param: { run_id: shown.run_id }, json: reason === "" ? {} : { reason } })),
    async onSuccess({ run_id: runId }) {
      await Promise.all(
        ["runs", "run", "events", "event"].map((name) => client.invalidateQueries({ queryKey: [name] })),
      );
      onClose();
      // A revert is a run of its own.
      if (runId !== shown.run_id) {
        await navigate({
          to: "/schemas/$eventType",
          params: { eventType: shown.event_type },
          search: { tab: "runs", run: runId },
          resetScroll: false,
        });
      }
    },
  });
  return (
    <Confirm
      title={`${word.label} this run?`}
      verb={word.verb === "cancel" ? "End the run" : word.label}
      isDangerous={word.isDangerous}
      isBusy={steer.isPending}
      onConfirm={() => steer.mutate()}
      onClose={onClose}
    >
      <p>{word.means(shown)}</p>
      <Field label="Why" hint="kept in the audit">
        <input value={reason} onChange={({ target }) => say(target.value)} />
      </Field>
      {steer.isError ? <Problem error={steer.error} /> : null}
    </Confirm>
  );
}
