-- The registry of event types: who answers for a type, by what rule its schemas may follow on each other, and how metadata
-- of one version is brought to the next. Versions of a schema are counted without a gap and never change.

create table event_type (
  event_type text primary key check (event_type <> '' and length(event_type) <= 200),
  owner text check (owner <> '' and length(owner) <= 200),
  description text check (description <> '' and length(description) <= 2000),
  compatibility text not null default 'backward' check (compatibility in (
    'backward', 'backward_transitive', 'forward', 'forward_transitive', 'full', 'full_transitive', 'none'
  )),
  on_new_version text not null default 'propose' check (on_new_version in ('propose', 'publish')),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp()
);

alter table event_schema
  add column compatibility text not null default 'none' check (compatibility in (
    'backward', 'backward_transitive', 'forward', 'forward_transitive', 'full', 'full_transitive', 'none'
  )),
  add column upcast jsonb check (jsonb_typeof(upcast) = 'array'),
  add column upcast_sha256 bytea check (octet_length(upcast_sha256) = 32),
  add column approved_by text,
  add column approval_reasons jsonb check (jsonb_typeof(approval_reasons) = 'array'),
  add check (schema_version > 1 or upcast is null),
  add check ((upcast is null) = (upcast_sha256 is null)),
  add check ((approved_by is null) = (approval_reasons is null));

comment on table event_type is 'What is said of an event type as a whole; what its metadata must look like stands in event_schema.';
comment on column event_type.event_type is 'Name of the type: ArticleAddedToCart, PaymentSuccessful, …';
comment on column event_type.owner is 'Who answers for the type: a team or a system.';
comment on column event_type.description is 'What such an event says.';
comment on column event_type.compatibility is 'How a new version of the schema must fit those before it, where its registration says nothing else.';
comment on column event_type.on_new_version is 'What a new version does to stored events: propose (a preview waits for approval) or publish.';
comment on column event_type.created_by is 'Who registered its first version.';
comment on column event_type.created_at is 'System time of that registration.';
comment on column event_schema.compatibility is 'The rule by which it was compared with the versions before it.';
comment on column event_schema.upcast is 'The steps that bring metadata from the version before to this one; null for none.';
comment on column event_schema.upcast_sha256 is 'SHA-256 of the steps as canonical JSON: names what a run did.';
comment on column event_schema.approved_by is 'Who registered it although it could not be proven compatible.';
comment on column event_schema.approval_reasons is 'What could not be proven then.';

insert into event_type (event_type, owner, description, created_by, created_at)
select event_type, 'checkout', json_schema ->> 'description', registered_by, registered_at
from event_schema where schema_version = 1;

alter table event_schema add foreign key (event_type) references event_type;

create function event_schema_guard() returns trigger language plpgsql as $$
declare
  newest int;
begin
  if tg_op <> 'INSERT' then
    raise exception 'a version of a schema never changes' using errcode = 'integrity_constraint_violation';
  end if;
  insert into event_type (event_type, created_by, created_at)
    values (new.event_type, new.registered_by, new.registered_at) on conflict do nothing;
  perform from event_type where event_type = new.event_type for update;
  select coalesce(max(schema_version), 0) into newest from event_schema where event_type = new.event_type;
  if new.schema_version > newest + 1 then
    raise exception 'versions of a schema rise by one' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger event_schema_guard before insert or update or delete on event_schema
  for each row execute function event_schema_guard();

create function event_schema_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a version of a schema never changes' using errcode = 'integrity_constraint_violation';
end $$;
create trigger event_schema_kept before truncate on event_schema
  for each statement execute function event_schema_kept();
