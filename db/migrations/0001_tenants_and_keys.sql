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

-- Makes the role unless it is there, and lets this user work as it. Roles belong to the whole server: another database's
-- migration may do the same at this moment, and the catalogue answers a collision with unique_violation or with XX000
-- "tuple concurrently updated". Nothing takes a lock across databases, so the loser tries again.
do $$
declare
  tries integer := 0;
begin
  loop
    begin
      if to_regrole('waybill_app') is null then
        create role waybill_app nologin;
      end if;
      -- Asked by trying: who made the role is a member of it since PostgreSQL 16, yet may not work as it, and an
      -- administrator may have granted what this user cannot grant himself.
      begin
        perform set_config('role', 'waybill_app', true);
        perform set_config('role', 'none', true);
      exception
        when insufficient_privilege then
          execute format('grant waybill_app to %I', session_user);
      end;
      exit;
    exception
      when insufficient_privilege then
        raise exception '% may not work as the role waybill_app', session_user using
          errcode = 'insufficient_privilege',
          hint = format('As an administrator of the server: %sgrant waybill_app to %I;',
            case when to_regrole('waybill_app') is null then 'create role waybill_app nologin; ' end, session_user);
      when duplicate_object or undefined_object or unique_violation or internal_error then
        tries := tries + 1;
        if tries = 100 then
          raise;
        end if;
        perform pg_sleep(0.01 + random() * 0.05);
    end;
  end loop;
end
$$;

grant usage on schema waybill to waybill_app;
grant select on waybill.instance, waybill.migrations to waybill_app;
grant select, insert on waybill.orgs to waybill_app;
grant select, insert, update on waybill.api_keys to waybill_app;
grant select, insert, update, delete on waybill.sessions, waybill.login_links to waybill_app;
