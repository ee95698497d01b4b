-- Links that sign a browser in once (docs/adr/0026-sessions-and-links.md). As with sign-ins, only a hash is kept.

create table sign_in_link (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  key_id uuid references api_key,
  session_ends_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);

comment on table sign_in_link is 'A link that signs one browser in, once.';
comment on column sign_in_link.token_hash is 'SHA-256 of the link''s token; for the admin key of the environment, of the token and that key''s hash.';
comment on column sign_in_link.key_id is 'The API key that it signs in with; null for the admin key of the environment.';
comment on column sign_in_link.session_ends_at is 'The end of the sign-in that asked for the link, which its own sign-in does not outlast; null where a key asked.';
comment on column sign_in_link.created_at is 'When.';
comment on column sign_in_link.expires_at is 'Until when it can be used.';
comment on column sign_in_link.used_at is 'When it was used; null until then.';

comment on table sign_in is 'A browser signed in with an API key.';
comment on column sign_in.token_hash is 'SHA-256 of the session cookie''s token; for the admin key of the environment, of the token and that key''s hash.';
