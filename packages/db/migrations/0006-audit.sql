-- The audit cannot be changed unnoticed. At the end of its transaction every entry gets the next number of a chain and a
-- hash over the hash before it and over all of its own columns; the head remembers the end, so that a cut tail shows, too.
-- Whoever rewrites all of it in the database is found by the signed anchors in the lake (docs/adr/0022-chained-audit.md).

lock table audit in share row exclusive mode;

create function audit_sha256(value text) returns bytea language sql immutable parallel safe
  return sha256(convert_to(value, 'UTF8'));

alter table audit
  add column before_hash bytea generated always as (audit_sha256(before::text)) stored,
  add column after_hash bytea generated always as (audit_sha256(after::text)) stored;
create index audit_actor on audit (actor, audit_id desc);
create index audit_recorded on audit (recorded_at);

-- States stand in it as text, so that a JSON null is not the same as none. A column that is added one day has to be put
-- behind the others where it is not null: then no hash of before changes. (As an object with names it took twice as long.)
create function audit_text(entry audit) returns text language sql stable parallel safe
  return row(
    (entry).audit_id,
    (extract(epoch from (entry).recorded_at) * 1000000)::bigint,
    (entry).actor,
    (entry).action,
    (entry).object_type,
    (entry).object_id,
    (entry).reason,
    (entry).before::text,
    (entry).after::text,
    encode((entry).before_hash, 'hex'),
    encode((entry).after_hash, 'hex'),
    (entry).request_id
  )::text;

create table audit_chain (
  seq bigint primary key check (seq >= 1),
  audit_id bigint not null unique,
  hash bytea not null check (octet_length(hash) = 32)
);

create table audit_head (
  only_row boolean primary key default true check (only_row),
  chain_id uuid not null,
  seq bigint not null check (seq >= 0),
  hash bytea not null check (octet_length(hash) = 32)
);

create function audit_origin(chain_id uuid) returns bytea language sql immutable parallel safe
  return audit_sha256('almanac audit ' || chain_id::text);

insert into audit_head (chain_id, seq, hash)
  select chain_id, 0, audit_origin(chain_id) from (select gen_random_uuid() as chain_id) new;

do $$
declare
  entry audit;
  head audit_head;
begin
  select * into head from audit_head;
  for entry in select * from audit order by audit_id loop
    head.seq := head.seq + 1;
    head.hash := sha256(head.hash || convert_to(audit_text(entry), 'UTF8'));
    insert into audit_chain (seq, audit_id, hash) values (head.seq, entry.audit_id, head.hash);
  end loop;
  update audit_head set seq = head.seq, hash = head.hash;
end $$;

-- Once a transaction: the first of its entries takes the others along, but for those of savepoints, which come by themselves.
-- The lock is the last one that a transaction takes, so that nobody who has it waits for anybody; what can be made before it
-- is. The settings keep the audit from being read from its beginning, and from being planned for each time.
create function audit_append() returns trigger language plpgsql
security definer set search_path = pg_catalog, public set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  ids bigint[];
  texts bytea[];
  entry bytea;
  hashes bytea[] := '{}';
  head audit_head;
begin
  if exists (select from audit_chain where audit_id = new.audit_id) then
    return null;
  end if;
  select array_agg(a.audit_id order by a.audit_id), array_agg(convert_to(audit_text(a), 'UTF8') order by a.audit_id)
    into ids, texts from audit a where a.audit_id >= new.audit_id and a.xmin = pg_current_xact_id()::xid;
  if ids[1] is distinct from new.audit_id then
    ids := array[new.audit_id];
    texts := array[convert_to(audit_text(new), 'UTF8')];
  end if;
  perform pg_advisory_xact_lock(2562623);
  select * into head from audit_head;
  foreach entry in array texts loop
    head.hash := sha256(head.hash || entry);
    hashes := hashes || head.hash;
  end loop;
  update audit_head set seq = seq + cardinality(hashes), hash = head.hash;
  insert into audit_chain (seq, audit_id, hash)
    select head.seq + place, audit_id, hash from unnest(ids, hashes) with ordinality as e (audit_id, hash, place);
  return null;
end $$;
create constraint trigger audit_chained after insert on audit
  deferrable initially deferred for each row execute function audit_append();

create trigger audit_chain_append_only before update or delete or truncate on audit_chain
  for each statement execute function audit_append_only();
create trigger audit_chain_written_by_audit before insert on audit_chain
  for each statement when (pg_trigger_depth() = 0) execute function audit_append_only();
create trigger audit_head_stays before insert or delete or truncate on audit_head
  for each statement execute function audit_append_only();
create trigger audit_head_moved_by_audit before update on audit_head
  for each statement when (pg_trigger_depth() = 0) execute function audit_append_only();

-- Not even the owner needs more. A superuser is not held by grants; the chain and its anchors are for that one.
do $$
begin
  execute format('revoke update, delete, truncate on audit, audit_chain from public, %I', current_user);
  execute format('revoke delete, truncate on audit_head from public, %I', current_user);
end $$;

comment on column audit.before_hash is 'SHA-256 of the state before, as the database writes jsonb; null where there was none.';
comment on column audit.after_hash is 'SHA-256 of the state after, as the database writes jsonb; null where nothing is left.';

comment on table audit_chain is 'The audit''s entries in the order of their commits, each hashed together with the one before.';
comment on column audit_chain.seq is 'Counts the entries from 1, without a gap.';
comment on column audit_chain.audit_id is 'The entry.';
comment on column audit_chain.hash is 'SHA-256 of the hash before and the entry''s text (audit_text); before the first one stands audit_origin.';

comment on table audit_head is 'The end of the audit''s chain: what is missing behind it was cut off.';
comment on column audit_head.only_row is 'Always true: there is one row.';
comment on column audit_head.chain_id is 'Names the chain: another database has another one.';
comment on column audit_head.seq is 'Number of the newest entry; 0 before the first.';
comment on column audit_head.hash is 'Its hash.';

-- A refused line is part of its event's story, as far as it names one. Of lines of before only what is JSON can be read here.
alter table reject add column event_id uuid;
update reject r set event_id = told.id::uuid
from (
  select r.load_id, r.line, case
      when pg_input_is_valid(text, 'jsonb') and text ~ '^\s*\{' then coalesce(text::jsonb ->> 'event_id', text::jsonb ->> 'id')
      else substring(text from '(?i)"event_id"\s*:\s*"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
    end as id
  from reject r cross join lateral (select left(r.raw, 65536) as text) t
) told
where told.load_id = r.load_id and told.line = r.line
  and told.id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
create index reject_event on reject (event_id) where event_id is not null;
create index load_replays on load (replay_of) where replay_of is not null;

comment on column reject.event_id is 'The event that the line names, as far as it names one.';
