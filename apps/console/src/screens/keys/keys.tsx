// Who may do what? Keys, made, shown once and ended; and a link that brings another browser in.
import type { ApiKey } from "@almanac/client/contract";
import { read } from "@almanac/client/read";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api.ts";
import { usePages } from "../../frame/pages.ts";
import { useSession } from "../../frame/session.ts";
import { instantText, shortId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { Command } from "../../parts/command.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Empty } from "../../parts/empty.tsx";
import { More } from "../../parts/more.tsx";
import { Needs } from "../../parts/needs.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Table } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { NewKey } from "./new-key.tsx";

export function Keys() {
  const { may } = useSession();
  return (
    <Screen title="Keys" lead="Who may do what?">
      <Needs operation="listKeys">
        <div className="grid">
          {may("createKey") ? <NewKey /> : null}
          {may("createSignInLink") ? <LinkForAnother /> : null}
        </div>
        <List />
      </Needs>
    </Screen>
  );
}

function LinkForAnother() {
  const make = useMutation({ mutationFn: () => read(api.v1["sign-in-links"].$post({ json: {} })) });
  return (
    <Card title="Sign in another browser">
      <p className="soft">A link signs one browser in, once, as you. It can be used for 15 minutes.</p>
      <div>
        <button type="button" className="button" disabled={make.isPending} onClick={() => make.mutate()}>
          Make a link
        </button>
      </div>
      {make.isError ? <Problem error={make.error} /> : null}
      <div role="status" className="stack">
        {make.data === undefined ? null : (
          <>
            <Command text={`${location.origin}${make.data.link}`} />
            <p className="small soft">Until {instantText(make.data.expires_at)}. It is not shown again.</p>
          </>
        )}
      </div>
    </Card>
  );
}

function List() {
  const query = usePages(["keys"], (cursor) => read(api.v1.keys.$get({ query: { limit: 100, cursor } })));
  const [ending, end] = useState<ApiKey | null>(null);
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => read(api.v1.keys[":key_id"].$delete({ param: { key_id: key.key_id } })),
    async onSuccess() {
      end(null);
      await client.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  const { may } = useSession();
  const columns = [
    {
      head: "Name",
      cell: (key: ApiKey) => (
        <>
          {key.name}
          <div className="small soft mono">{key.prefix}…</div>
        </>
      ),
    },
    { head: "Role", cell: ({ role }: ApiKey) => <Badge tone={role === "admin" ? "warn" : "note"}>{role}</Badge> },
    {
      head: "Locations",
      cell: ({ location_ids }: ApiKey) =>
        location_ids === null ? "all" : <span className="mono">{location_ids.map(shortId).join(", ")}</span>,
    },
    { head: "Made", cell: ({ created_at }: ApiKey) => <When at={created_at} relative /> },
    { head: "Last used", cell: ({ last_used_at }: ApiKey) => <When at={last_used_at} relative /> },
    {
      head: "Ends",
      cell: ({ revoked_at, expires_at }: ApiKey) =>
        revoked_at === null ? <When at={expires_at} /> : <Badge tone="bad">revoked</Badge>,
    },
    {
      head: "Actions",
      isMute: true,
      cell: (key: ApiKey) =>
        key.revoked_at === null && may("revokeKey") ? (
          <button
            type="button"
            className="button danger small"
            aria-label={`Revoke ${key.name}`}
            onClick={() => {
              revoke.reset();
              end(key);
            }}
          >
            Revoke
          </button>
        ) : null,
    },
  ];
  return (
    <>
      <Asked query={query} what="Keys">
        {(keys) =>
          keys.length === 0 ? (
            <Empty title="No keys but the administrator's." command="npx almanac keys create forecasting analyst" />
          ) : (
            <Table label="Keys" columns={columns} rows={keys} keyOf={({ key_id }) => key_id} />
          )
        }
      </Asked>
      <More query={query} />
      {ending === null ? null : (
        <Confirm
          title={`Revoke “${ending.name}”?`}
          verb="Revoke for good"
          isDangerous
          isBusy={revoke.isPending}
          onConfirm={() => revoke.mutate(ending)}
          onClose={() => end(null)}
        >
          <p>Every call with it is refused from then on, and browsers that signed in with it are out.</p>
          {revoke.isError ? <Problem error={revoke.error} /> : null}
        </Confirm>
      )}
    </>
  );
}
