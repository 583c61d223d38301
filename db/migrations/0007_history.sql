-- Tells a PostgreSQL that was set back (a restored backup, a failover, a copy) from the one that Valkey's windows were
-- made of, and remembers whose readers were given events that are gone.

alter table waybill.instance
  -- What served this history last: another start of the server, another copy of the database, another restore.
  add column life text;

create table waybill.losses (
  job_id uuid primary key,
  org_id uuid not null,
  -- Readers were given events up to this seq, and the newest of them are gone.
  last_seq bigint not null,
  noticed_at timestamptz not null default now()
);
grant select, insert, update on waybill.losses to waybill_app;

-- The epoch of this history; a new one if this may be another history than the last caller saw. PostgreSQL cannot be set
-- back without being started again, copied, or filled from a dump: each shows in its own part of the life.
create function waybill.current_epoch() returns text
language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_life text := format('%s %s %s', extract(epoch from pg_postmaster_start_time()),
    (select oid from pg_database where datname = current_database()), 'waybill.instance'::regclass::oid);
  v_epoch text;
begin
  select epoch into v_epoch from waybill.instance where life = v_life;
  if found then
    return v_epoch;
  end if;
  -- Of processes that come at once one renews it, and the others take what it made.
  update waybill.instance set life = v_life, epoch = encode(substr(uuid_send(gen_random_uuid()), 1, 6), 'hex')
  where life is distinct from v_life
  returning epoch into v_epoch;
  if found then
    -- In a server that a dump was restored into, transactions are counted from the start again.
    update waybill.projector set next_xid = '0' where next_xid > pg_snapshot_xmax(pg_current_snapshot());
    return v_epoch;
  end if;
  select epoch into v_epoch from waybill.instance;
  return v_epoch;
end
$$;

revoke execute on function waybill.current_epoch() from public;
grant execute on function waybill.current_epoch() to waybill_app;
