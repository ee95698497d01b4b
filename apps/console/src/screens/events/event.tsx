// What is this event now, what was it before, and where does it come from?
import type { PinnedEvent } from "@almanac/client/contract";
import { read, readText } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { api } from "../../api.ts";
import { useLocationLabel } from "../../frame/locations.ts";
import { oneOf, type Search, stringifySearch, textOf } from "../../frame/search.ts";
import { shortId } from "../../frame/words.ts";
import { Asked } from "../../parts/asked.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Card, Facts } from "../../parts/card.tsx";
import { CopyButton } from "../../parts/command.tsx";
import { curlOf } from "../../parts/curl.ts";
import { Field } from "../../parts/field.tsx";
import { spread } from "../../parts/json-text.ts";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { When } from "../../parts/when.tsx";
import { Lineage } from "./lineage.tsx";
import { Timeline } from "./timeline.tsx";
import "./events.css";

const tabs = { timeline: "Timeline", lineage: "Lineage", json: "JSON" } as const;
const tabNames = ["timeline", "lineage", "json"] as const;

export function Event() {
  const { eventId = "" } = useParams({ strict: false });
  return (
    <Needs operation="getEvent">
      <OneEvent eventId={eventId} />
    </Needs>
  );
}

function OneEvent({ eventId }: { eventId: string }) {
  const search: Search = useSearch({ strict: false });
  const asOf = textOf(search["as_of"]);
  const snapshot = textOf(search["snapshot"]);
  const tab = oneOf(search["tab"], tabNames) ?? "timeline";
  const pin = {
    ...(asOf === undefined ? {} : { as_of: asOf }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
  const asked = { param: { event_id: eventId }, query: pin };
  const query = useQuery({
    queryKey: ["event", eventId, pin],
    queryFn: () => read(api.v1.events[":event_id"].$get(asked)),
  });
  const text = useQuery({
    queryKey: ["event", eventId, pin, "text"],
    // As text: a number in it may be one that JavaScript would round.
    queryFn: () => readText(api.v1.events[":event_id"].$get(asked)),
    enabled: tab === "json",
  });
  const path = `/v1/events/${encodeURIComponent(eventId)}${stringifySearch(pin)}`;
  return (
    <Screen
      title={query.data?.event_type ?? "Event"}
      lead="What is it now, what was it before, and where does it come from?"
      actions={<CopyButton text={curlOf(location.origin, path)} label="Copy as curl" />}
    >
      <AsOf eventId={eventId} asOf={asOf} search={search} />
      <Asked query={query} what="The event">
        {(event) => <Now event={event} asOf={asOf ?? (snapshot === undefined ? undefined : `snapshot ${snapshot}`)} />}
      </Asked>
      <nav className="tabs" aria-label="About this event">
        {tabNames.map((name) => (
          <Link
            key={name}
            to="/events/$eventId"
            params={{ eventId }}
            search={{ ...search, tab: name }}
            resetScroll={false}
            replace
            aria-current={tab === name ? "page" : undefined}
          >
            {tabs[name]}
          </Link>
        ))}
      </nav>
      {tab === "timeline" ? <Timeline eventId={eventId} asOf={asOf} search={search} /> : null}
      {tab === "lineage" ? <Lineage eventId={eventId} /> : null}
      {tab === "json" ? (
        <Asked query={text} what="JSON">
          {(json) => (
            <pre tabIndex={0} aria-label="The event as JSON">
              {spread(json)}
            </pre>
          )}
        </Asked>
      ) : null}
    </Screen>
  );
}

function Now({ event, asOf }: { event: PinnedEvent; asOf: string | undefined }) {
  const labelOf = useLocationLabel();
  const { location_id: locationId, extra } = event;
  const content = { ...event.metadata, ...(extra === null ? {} : extra) };
  return (
    <div className="grid event-grid">
      <Card
        title={asOf === undefined ? "As it is now" : "As it was known then"}
        aside={
          <span className="row">
            <Badge tone="note">
              version {event.version}
              {event.revision > 1 ? `, revision ${event.revision}` : ""}
            </Badge>
            <Badge>schema {event.schema_version}</Badge>
          </span>
        }
      >
        <Facts
          of={[
            ["Happened", <When key="at" at={event.event_timestamp} />],
            ["Visit", event.visit_date ?? <span className="soft">no day</span>],
            [
              "Location",
              locationId === null ? (
                <span className="soft">none</span>
              ) : (
                <Link to="/events" search={{ location_id: locationId }} title={locationId}>
                  {labelOf(locationId)}
                </Link>
              ),
            ],
            ["User", <Same key="user" name="user_id" id={event.user_id} />],
            ["Related to", <Same key="related" name="related_id" id={event.related_id} />],
            ["Known since", <When key="known" at={event.recorded_at} />],
          ]}
        />
        <p className="small soft mono">{event.event_id}</p>
      </Card>
      <Card title="What it says">
        <dl className="says">
          {Object.entries(content).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
        {Object.keys(content).length === 0 ? <p className="soft">Nothing beside its envelope.</p> : null}
        {event.received === null ? null : (
          <details>
            <summary>As it was received, before schema {event.schema_version}</summary>
            <pre tabIndex={0}>{JSON.stringify(event.received, null, 2)}</pre>
          </details>
        )}
      </Card>
    </div>
  );
}

/** An id as the way to all events that name it. */
function Same({ name, id }: { name: "user_id" | "related_id"; id: string | null }) {
  if (id === null) return <span className="soft">none</span>;
  return (
    <Link to="/events" search={{ [name]: id }} title={id} className="mono">
      {shortId(id)}
    </Link>
  );
}

function AsOf({ eventId, asOf, search }: { eventId: string; asOf: string | undefined; search: Search }) {
  const [typed, type] = useState(asOf ?? "");
  const [last, remember] = useState(asOf);
  const navigate = useNavigate();
  if (last !== asOf) {
    remember(asOf);
    type(asOf ?? "");
  }
  const go = (to: string) =>
    void navigate({
      to: "/events/$eventId",
      params: { eventId },
      search: { ...search, as_of: to },
      resetScroll: false,
    });

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    go(typed.trim());
  }
  return (
    <form
      className={asOf === undefined ? "filters as-of" : "filters as-of notice"}
      aria-label="As of"
      onSubmit={submit}
    >
      <Field label="As known on" hint="a day (its end in UTC) or an instant">
        <input
          value={typed}
          placeholder="2026-11-28T09:00:00Z"
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => type(target.value)}
        />
      </Field>
      <button type="submit" className="button">
        Show
      </button>
      {asOf === undefined ? null : (
        <button type="button" className="button quiet" onClick={() => go("")}>
          Back to now
        </button>
      )}
    </form>
  );
}
