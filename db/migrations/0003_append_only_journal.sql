-- The journal: every event, for ever. One partition a month by the job's time-ordered id (UUIDv7), so that all events
-- of a job lie together and old months can be kept elsewhere.

create table waybill.job_events (
  org_id uuid not null,
  job_id uuid not null,
  seq bigint not null,
  id uuid not null,
  type text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  -- canonical JSON texts, exactly as committed to (jsonb would rewrite them); null once erased
  actor text,
  payload text,
  source text,
  traceparent text,
  caused_by uuid,
  redactions text not null,
  -- canonical JSON of the structural facts
  shape text not null,
  salt bytea,
  -- SHA-256(0x01 || salt || canonical {actor, payload})
  commitment bytea not null,
  version smallint not null default 1,
  primary key (job_id, seq),
  unique (job_id, id)
) partition by range (job_id);

-- What was committed when: the change feed of the projector and of live lists. Pruned; the journal is not.
create table waybill.flushes (
  xid xid8 not null,
  org_id uuid not null,
  job_id uuid not null,
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (xid, job_id)
);

create function waybill.refuse_change() returns trigger
language plpgsql as $$
begin
  raise exception 'the journal is append-only: % on % is refused', tg_op, tg_table_name
    using errcode = 'restrict_violation', hint = 'Record a new event instead.';
end
$$;

-- Everything a journal table needs to be append-only. Statement triggers are not cloned to partitions, and without
-- ALWAYS a session with session_replication_role = replica would pass them.
create function waybill.guard_journal(target regclass) returns void
language plpgsql as $$
begin
  execute format('create trigger append_only before update or delete or truncate on %s
    for each statement execute function waybill.refuse_change()', target);
  execute format('alter table %s enable always trigger append_only', target);
  execute format('grant select on %s to waybill_app', target);
end
$$;

-- The smallest UUIDv7 of a moment (RFC 9562 section 5.7: 48 bits of milliseconds first).
create function waybill.uuid_floor(moment timestamptz) returns uuid
language sql immutable strict as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

create function waybill.make_partition(month timestamptz) returns void
language plpgsql as $$
declare
  first_day timestamptz := date_trunc('month', month, 'UTC');
  next_day timestamptz := date_trunc('month', first_day + interval '35 days', 'UTC');
  first_id uuid := waybill.uuid_floor(first_day);
  next_id uuid := waybill.uuid_floor(next_day);
  name text := 'job_events_' || to_char(first_day at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass('waybill.' || name) is not null then
    return;
  end if;
  -- Jobs of that month lie in the default partition: a clock was ahead, or nobody made partitions for months. Events are
  -- never moved, and a partition over them is refused by PostgreSQL, at every start. The month stays where it is.
  if exists (select from waybill.job_events_default where job_id >= first_id and job_id < next_id) then
    return;
  end if;
  -- Made apart and then attached: CREATE TABLE … PARTITION OF would lock the whole journal out.
  execute format('create table waybill.%I (like waybill.job_events including defaults including constraints)', name);
  execute format('alter table waybill.%I add primary key (job_id, seq), add unique (job_id, id)', name);
  perform waybill.guard_journal(format('waybill.%I', name)::regclass);
  execute format('alter table waybill.job_events attach partition waybill.%I for values from (%L) to (%L)',
    name, first_id, next_id);
end
$$;

-- This month and the next two. Jobs outside (a clock far off) land in the default partition.
create function waybill.make_partitions() returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if pg_try_advisory_xact_lock(hashtext('waybill.make_partitions')) then
    perform waybill.make_partition(now());
    perform waybill.make_partition(date_trunc('month', now(), 'UTC') + interval '35 days');
    perform waybill.make_partition(date_trunc('month', now(), 'UTC') + interval '66 days');
  end if;
end
$$;

select waybill.guard_journal('waybill.job_events');
create table waybill.job_events_default partition of waybill.job_events default;
select waybill.guard_journal('waybill.job_events_default');
select waybill.make_partitions();

revoke execute on all functions in schema waybill from public;
grant execute on function waybill.make_partitions() to waybill_app;
grant select on waybill.flushes to waybill_app;
