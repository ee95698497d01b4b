// Approve or reject, where the caller may; both ask again first, and what became of it is told.
import type { Quarantine } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api.ts";
import { useSession } from "../../frame/session.ts";
import { counted } from "../../frame/words.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Problem } from "../../parts/problem.tsx";

const verbs = { approve: "Approve", reject: "Reject" } as const;
type Verb = keyof typeof verbs;

export function Decision({ quarantine: { sync_id, region, location_ids } }: { quarantine: Quarantine }) {
  const { may } = useSession();
  const client = useQueryClient();
  const [asking, ask] = useState<Verb | null>(null);
  const decide = useMutation({
    mutationFn: ({ verb, syncId }: { verb: Verb; syncId: string }) =>
      read(
        verb === "approve"
          ? api.v1.syncs[":sync_id"].approve.$post({ param: { sync_id: syncId } })
          : api.v1.syncs[":sync_id"].reject.$post({ param: { sync_id: syncId } }),
      ),
    async onSuccess() {
      ask(null);
      // Calendars, versions and what waits are other ones now.
      await client.invalidateQueries();
    },
  });
  if (sync_id === null) return <span className="small soft">Nobody waits for it: there is nothing to decide.</span>;
  const who = counted(location_ids.length, "location");
  return (
    <>
      {(["approve", "reject"] as const).map((verb) =>
        may(`${verb}Sync`) ? (
          <button
            key={verb}
            type="button"
            className={`button small ${verb === "approve" ? "" : "danger"}`}
            onClick={() => {
              decide.reset();
              ask(verb);
            }}
          >
            {verbs[verb]} …
          </button>
        ) : null,
      )}
      {asking === null ? null : (
        <Confirm
          title={`${verbs[asking]} what was held back of ${region}?`}
          verb={verbs[asking]}
          isDangerous={asking === "reject"}
          isBusy={decide.isPending}
          onConfirm={() => decide.mutate({ verb: asking, syncId: sync_id })}
          onClose={() => ask(null)}
        >
          <p>
            {asking === "approve"
              ? `The held answer becomes the calendar of ${who}; each gets a new version. Everything that its sync holds back is approved with it.`
              : `Nothing changes: the calendar stays as it was, and ${who} count as failed in that sync. Everything that its sync holds back is rejected with it.`}
          </p>
          {decide.isError ? <Problem error={decide.error} /> : null}
        </Confirm>
      )}
    </>
  );
}
