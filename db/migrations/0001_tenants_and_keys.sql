-- Who may call: organisations, API keys, browser sessions, one-time login links; and the role the server works as.

create table waybill.instance (
  singleton boolean primary key default true check (singleton),
  -- Names this history in Valkey's keys. Renewed after a restore that may have lost commits, so that windows of the
  -- lost future are never taken for windows of the present.
  epoch text not null default encode(substr(uuid_send(gen_random_uuid()), 1, 6), 'hex'),
  created_at timestamptz not null default now()
);
insert into waybill.instance default values;

create table waybill.orgs (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table waybill.api_keys (
  id text primary key,
  org_id uuid not null references waybill.orgs (id),
  user_id text not null,
  kind text not null check (kind in ('user', 'service', 'agent')),
  name text not null,
  secret_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_by_org on waybill.api_keys (org_id, created_at);

create table waybill.sessions (
  id_hash bytea primary key,
  org_id uuid not null references waybill.orgs (id),
  key_id text not null references waybill.api_keys (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table waybill.login_links (
  token_hash bytea primary key,
  org_id uuid not null references waybill.orgs (id),
  key_id text not null references waybill.api_keys (id),
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Roles belong to the whole server, not to one database: another database's migration may make it at this moment.
do $$
begin
  create role waybill_app nologin;
exception
  when duplicate_object or unique_violation then null;
end
$$;
-- Two databases granting at once collide on one catalogue row ("tuple concurrently updated"); the lock is per server.
do $$
begin
  if not pg_has_role(current_user, 'waybill_app', 'member') then
    execute format('grant waybill_app to %I', current_user);
  end if;
end
$$;

grant usage on schema waybill to waybill_app;
grant select on waybill.instance, waybill.migrations to waybill_app;
grant select, insert on waybill.orgs to waybill_app;
grant select, insert, update on waybill.api_keys to waybill_app;
grant select, insert, update, delete on waybill.sessions, waybill.login_links to waybill_app;
