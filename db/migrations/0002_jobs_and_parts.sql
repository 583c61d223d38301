-- Jobs with their shape: the facts a verdict needs. Written by append_events and create_job only.

create table waybill.jobs (
  id uuid primary key,
  org_id uuid not null references waybill.orgs (id),
  request_id text not null,
  user_id text not null,
  action text not null,
  title text,
  labels text not null,
  parent_job_id uuid,
  created_at timestamptz not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'success', 'failed', 'cancelled')),
  attempt integer not null default 1,
  -- steps and gates so far, all attempts and runs
  parts integer not null default 0,
  -- newest event that can change a verdict; output, progress and ai events leave this row alone
  shape_seq bigint not null default 1,
  started_at timestamptz,
  completed_at timestamptz,
  final_seq bigint,
  unique (org_id, request_id)
);
create index jobs_by_time on waybill.jobs (org_id, created_at desc, id desc);
create index jobs_by_state on waybill.jobs (org_id, state, created_at desc, id desc);

create table waybill.steps (
  org_id uuid not null,
  job_id uuid not null,
  attempt integer not null,
  step_id text not null,
  run integer not null,
  name text not null,
  kind text,
  parent_step_id text,
  -- false while only output, progress or completion has named it
  explicit boolean not null,
  started_seq bigint not null,
  started_at timestamptz not null,
  ended_seq bigint,
  ended_at timestamptz,
  outcome text,
  -- newest event that changed this row: what a process with an older shape has to read
  changed_seq bigint not null,
  primary key (job_id, attempt, step_id, run)
);

create table waybill.gates (
  org_id uuid not null,
  job_id uuid not null,
  attempt integer not null,
  gate_id text not null,
  run integer not null,
  name text not null,
  explicit boolean not null,
  started_seq bigint not null,
  started_at timestamptz not null,
  ended_seq bigint,
  ended_at timestamptz,
  passed boolean,
  changed_seq bigint not null,
  primary key (job_id, attempt, gate_id, run)
);

grant select on waybill.jobs, waybill.steps, waybill.gates to waybill_app;
