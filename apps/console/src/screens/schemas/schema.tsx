// What must such an event look like, in each version, and what will change if I run this?
import type { EventType, SchemaVersion } from "@almanac/client/contract";
import { ProblemError } from "@almanac/client/problem";
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { api } from "../../api.ts";
import { oneOf, type Search, textOf } from "../../frame/search.ts";
import { useSession } from "../../frame/session.ts";
import { Asked } from "../../parts/asked.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Policies } from "./policies.tsx";
import { Register } from "./register.tsx";
import { Runs } from "./runs.tsx";
import { Version } from "./version.tsx";
import "./schemas.css";

const tabs = [
  { name: "versions", label: "Versions", needs: "getSchema" },
  { name: "runs", label: "Reprocessing", needs: "listReprocessRuns" },
  { name: "register", label: "New version", needs: "checkSchema" },
] as const;

export function Schema() {
  const { eventType = "" } = useParams({ strict: false });
  return (
    <Needs operation="getSchema">
      <OneType eventType={eventType} />
    </Needs>
  );
}

function OneType({ eventType }: { eventType: string }) {
  const { may } = useSession();
  const search: Search = useSearch({ strict: false });
  const shown = tabs.filter(({ needs }) => may(needs));
  const query = useQuery({
    queryKey: ["schemas", eventType],
    // A type that is not there yet is one that can be written.
    queryFn: (): Promise<EventType | null> =>
      read(api.v1.schemas[":event_type"].$get({ param: { event_type: eventType } })).catch((error: unknown) => {
        if (error instanceof ProblemError && error.status === 404) return null;
        throw error;
      }),
  });
  const tab = oneOf(
    search["tab"],
    shown.map(({ name }) => name),
  );
  return (
    <Screen
      title={eventType}
      lead={query.data?.description ?? "What must such an event look like, and what will change if that changes?"}
      actions={
        <CopyButton
          text={curlOf(location.origin, `/v1/schemas/${encodeURIComponent(eventType)}`)}
          label="Copy as curl"
        />
      }
    >
      <Asked query={query} what="The schema">
        {(type) =>
          type === null ? (
            <>
              <p className="notice">There is no such type yet.</p>
              {may("checkSchema") ? <Register eventType={eventType} type={null} /> : null}
            </>
          ) : (
            <>
              <nav className="tabs" aria-label="About this type">
                {shown.map(({ name, label }) => (
                  <Link
                    key={name}
                    to="/schemas/$eventType"
                    params={{ eventType }}
                    search={{ tab: name }}
                    aria-current={(tab ?? "versions") === name ? "page" : undefined}
                  >
                    {label}
                  </Link>
                ))}
              </nav>
              {tab === "runs" ? <Runs type={type} /> : null}
              {tab === "register" ? <Register eventType={eventType} type={type} /> : null}
              {tab === undefined || tab === "versions" ? (
                <Versions type={type} chosen={textOf(search["version"])} />
              ) : null}
            </>
          )
        }
      </Asked>
    </Screen>
  );
}

function Versions({ type, chosen }: { type: EventType; chosen: string | undefined }) {
  const versions = newestFirst(type.versions);
  const shown = versions.find(({ schema_version: version }) => String(version) === chosen) ?? versions[0];
  if (shown === undefined) return null;
  return (
    <>
      <Policies type={type} />
      <nav className="row" aria-label="Versions">
        {versions.map(({ schema_version: version }) => (
          <Link
            key={version}
            className={version === shown.schema_version ? "button small primary" : "button small"}
            to="/schemas/$eventType"
            params={{ eventType: type.event_type }}
            search={{ version: String(version) }}
            resetScroll={false}
            aria-current={version === shown.schema_version ? "page" : undefined}
          >
            Version {version}
          </Link>
        ))}
      </nav>
      <Version
        version={shown}
        before={versions.find(({ schema_version: version }) => version === shown.schema_version - 1)}
      />
    </>
  );
}

function newestFirst(versions: readonly SchemaVersion[]): SchemaVersion[] {
  return versions.toSorted((one, other) => other.schema_version - one.schema_version);
}
