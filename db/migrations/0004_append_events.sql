-- The only two ways into the journal. Both are one statement for the caller: no client-side transaction to be torn apart
-- by a lost connection.

-- Records a new job with its job.created (seq 1), or finds the one that this request made before.
create function waybill.create_job(
  p_org uuid, p_job uuid, p_request_id text, p_user_id text, p_action text, p_title text, p_labels text, p_parent uuid,
  p_event uuid, p_actor text, p_payload text, p_redactions text, p_shape text, p_salt text, p_commitment text
) returns table (job_id uuid, created boolean, payload text, recorded_at timestamptz)
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
declare
  v_now timestamptz := date_trunc('milliseconds', clock_timestamp());
begin
  insert into waybill.jobs (id, org_id, request_id, user_id, action, title, labels, parent_job_id, created_at)
  values (p_job, p_org, p_request_id, p_user_id, p_action, p_title, p_labels, p_parent, v_now)
  on conflict (org_id, request_id) do nothing;
  if not found then
    return query
      select j.id, false, e.payload, e.recorded_at
      from waybill.jobs j
      join waybill.job_events e on e.job_id = j.id and e.seq = 1
      where j.org_id = p_org and j.request_id = p_request_id;
    return;
  end if;
  insert into waybill.job_events (org_id, job_id, seq, id, type, occurred_at, recorded_at, actor, payload, redactions,
    shape, salt, commitment)
  values (p_org, p_job, 1, p_event, 'job.created', v_now, v_now, p_actor, p_payload, p_redactions,
    p_shape, decode(p_salt, 'hex'), decode(p_commitment, 'hex'));
  insert into waybill.flushes (xid, org_id, job_id, first_seq, last_seq)
  values (pg_current_xact_id(), p_org, p_job, 1, 1);
  return query select p_job, true, p_payload, v_now;
end
$$;

-- Appends the events of many jobs at once. Per job, under its row lock: the verdicts must rest on the newest shape
-- (shape_seq), the head comes from the journal itself, the time from the clock after the lock.
--
--   p_jobs     [{ord, org, job, shapeSeq, expected}]   ord is 1..n; expected: the head asked for, or null
--   p_ord      per event: the ord of its job           p_offset   per event: 1, 2, 3 … within its job
--   p_changes  null, or {jobs: [{ord, state, attempt, parts, shapeOffset, started, finalOffset}],
--              steps: [{ord, attempt, id, run, name, kind, parent, explicit, start, end, outcome, changed}],
--              gates: [{ord, attempt, id, run, name, explicit, start, end, passed, changed}]}
--              where …Offset, start, end and changed are offsets of events of this call
--
-- Answers one row a job: appended (head is the one before), busy (row locked elsewhere), stale (verdicts rest on an
-- older shape), moved (head is not the one asked for). A repeated event id raises unique_violation for the whole call.
create function waybill.append_events(
  p_jobs jsonb, p_ord integer[], p_offset integer[], p_id uuid[], p_type text[], p_occurred_at timestamptz[],
  p_actor text[], p_payload text[], p_source text[], p_traceparent text[], p_caused_by uuid[], p_redactions text[],
  p_shape text[], p_salt text[], p_commitment text[], p_changes jsonb
) returns table (ord integer, status text, head bigint, recorded_at timestamptz)
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
declare
  v_locked uuid[];
  v_org uuid[];
  v_job uuid[];
  v_head bigint[];
  v_time timestamptz[];
  v_status text[];
  v_taken boolean[];
begin
  -- Statements of their own: only a later statement's snapshot sees what the last holder of a lock committed.
  select array_agg(l.id) into v_locked from (
    select j.id from waybill.jobs j
    join jsonb_to_recordset(p_jobs) as w (org uuid, job uuid) on j.id = w.job and j.org_id = w.org
    order by j.id for no key update of j skip locked
  ) l;

  select array_agg(a.org order by a.ord), array_agg(a.job order by a.ord), array_agg(a.head order by a.ord),
    array_agg(a.recorded_at order by a.ord), array_agg(a.status order by a.ord),
    array_agg(a.status = 'appended' order by a.ord)
  into v_org, v_job, v_head, v_time, v_status, v_taken
  from (
    select w.ord, w.org, w.job, h.seq as head,
      greatest(date_trunc('milliseconds', clock_timestamp()), h.recorded_at) as recorded_at,
      case
        when v_locked is null or w.job <> all (v_locked) then 'busy'
        when j.shape_seq <> w."shapeSeq" then 'stale'
        when w.expected <> h.seq then 'moved'
        else 'appended'
      end as status
    from jsonb_to_recordset(p_jobs) as w (ord integer, org uuid, job uuid, "shapeSeq" bigint, expected bigint)
    left join waybill.jobs j on j.id = w.job and j.org_id = w.org
    left join lateral (
      select e.seq, e.recorded_at from waybill.job_events e where e.job_id = w.job order by e.seq desc limit 1
    ) h on true
  ) a;

  insert into waybill.job_events (org_id, job_id, seq, id, type, occurred_at, recorded_at, actor, payload, source,
    traceparent, caused_by, redactions, shape, salt, commitment)
  select v_org[e.ord], v_job[e.ord], v_head[e.ord] + e."offset", e.id, e.type, coalesce(e.occurred_at, v_time[e.ord]),
    v_time[e.ord], e.actor, e.payload, e.source, e.traceparent, e.caused_by, e.redactions, e.shape,
    decode(e.salt, 'hex'), decode(e.commitment, 'hex')
  from unnest(p_ord, p_offset, p_id, p_type, p_occurred_at, p_actor, p_payload, p_source, p_traceparent, p_caused_by,
    p_redactions, p_shape, p_salt, p_commitment)
    as e (ord, "offset", id, type, occurred_at, actor, payload, source, traceparent, caused_by, redactions, shape,
      salt, commitment)
  where v_taken[e.ord];

  insert into waybill.flushes (xid, org_id, job_id, first_seq, last_seq)
  select pg_current_xact_id(), v_org[c.ord], v_job[c.ord], v_head[c.ord] + 1, v_head[c.ord] + c.events
  from (select e.ord, count(*) as events from unnest(p_ord) as e (ord) where v_taken[e.ord] group by e.ord) c;

  if p_changes is not null then
    perform waybill.change_shapes(p_changes, v_org, v_job, v_head, v_time, v_taken);
  end if;

  return query select t.ord::integer, t.status, t.head, t.recorded_at
    from unnest(v_status, v_head, v_time) with ordinality as t (status, head, recorded_at, ord);
end
$$;

-- Takes the effects of appended events into jobs, steps and gates. Arrays are indexed by ord.
create function waybill.change_shapes(
  p_changes jsonb, v_org uuid[], v_job uuid[], v_head bigint[], v_time timestamptz[], v_taken boolean[]
) returns void
language plpgsql set search_path = pg_catalog as $$
begin
  update waybill.jobs j set
    state = c.state,
    attempt = c.attempt,
    parts = c.parts,
    shape_seq = v_head[c.ord] + c."shapeOffset",
    started_at = case when c.started then coalesce(j.started_at, v_time[c.ord]) else j.started_at end,
    completed_at = case when c."finalOffset" is not null then v_time[c.ord] end,
    final_seq = v_head[c.ord] + c."finalOffset"
  from jsonb_to_recordset(p_changes -> 'jobs') as c (ord integer, state text, attempt integer, parts integer,
    "shapeOffset" bigint, started boolean, "finalOffset" bigint)
  where j.id = v_job[c.ord] and v_taken[c.ord];

  insert into waybill.steps as s (org_id, job_id, attempt, step_id, run, name, kind, parent_step_id, explicit,
    started_seq, started_at, ended_seq, ended_at, outcome, changed_seq)
  select v_org[c.ord], v_job[c.ord], c.attempt, c.id, c.run, c.name, c.kind, c.parent, c.explicit,
    v_head[c.ord] + c.start, v_time[c.ord],
    v_head[c.ord] + c."end", case when c."end" is not null then v_time[c.ord] end, c.outcome, v_head[c.ord] + c.changed
  from jsonb_to_recordset(p_changes -> 'steps') as c (ord integer, attempt integer, id text, run integer, name text,
    kind text, parent text, explicit boolean, start bigint, "end" bigint, outcome text, changed bigint)
  where v_taken[c.ord] and c.start is not null
  on conflict (job_id, attempt, step_id, run) do update set
    name = excluded.name, kind = excluded.kind, parent_step_id = excluded.parent_step_id, explicit = excluded.explicit,
    ended_seq = excluded.ended_seq, ended_at = excluded.ended_at, outcome = excluded.outcome,
    changed_seq = excluded.changed_seq;

  update waybill.steps s set ended_seq = v_head[c.ord] + c."end", ended_at = v_time[c.ord], outcome = c.outcome,
    changed_seq = v_head[c.ord] + c.changed
  from jsonb_to_recordset(p_changes -> 'steps') as c (ord integer, attempt integer, id text, run integer,
    start bigint, "end" bigint, outcome text, changed bigint)
  where v_taken[c.ord] and c.start is null
    and s.job_id = v_job[c.ord] and s.attempt = c.attempt and s.step_id = c.id and s.run = c.run;

  insert into waybill.gates as g (org_id, job_id, attempt, gate_id, run, name, explicit, started_seq, started_at,
    ended_seq, ended_at, passed, changed_seq)
  select v_org[c.ord], v_job[c.ord], c.attempt, c.id, c.run, c.name, c.explicit, v_head[c.ord] + c.start, v_time[c.ord],
    v_head[c.ord] + c."end", case when c."end" is not null then v_time[c.ord] end, c.passed, v_head[c.ord] + c.changed
  from jsonb_to_recordset(p_changes -> 'gates') as c (ord integer, attempt integer, id text, run integer, name text,
    explicit boolean, start bigint, "end" bigint, passed boolean, changed bigint)
  where v_taken[c.ord] and c.start is not null;

  update waybill.gates g set ended_seq = v_head[c.ord] + c."end", ended_at = v_time[c.ord], passed = c.passed,
    changed_seq = v_head[c.ord] + c.changed
  from jsonb_to_recordset(p_changes -> 'gates') as c (ord integer, attempt integer, id text, run integer,
    start bigint, "end" bigint, passed boolean, changed bigint)
  where v_taken[c.ord] and c.start is null
    and g.job_id = v_job[c.ord] and g.attempt = c.attempt and g.gate_id = c.id and g.run = c.run;
end
$$;

revoke execute on all functions in schema waybill from public;
grant execute on function waybill.create_job to waybill_app;
grant execute on function waybill.append_events to waybill_app;
