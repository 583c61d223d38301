-- What the timeline is drawn from, kept by the projector behind the journal: an append touches none of it, and all of it
-- can be made again from job_events. job_totals stays for servers of the release before, which may still run beside this
-- one; nothing reads it any more.

create table waybill.job_projections (
  job_id uuid primary key,
  org_id uuid not null,
  -- everything here and in the tables below holds through this seq
  projected_seq bigint not null,
  -- JobTotals as JSON
  totals text not null,
  -- LineState as JSON: where the lines stand that fill no chunk yet
  lines text not null,
  -- OutlineIndex as JSON: the newest runs, those before are in outline_runs
  outline text not null,
  -- CountsTable as JSON, compressed (zstd)
  counts bytea not null
);
alter table waybill.job_projections alter column counts set storage external;

-- Lines of output, in chunks that never change: a page of 1,000 lines is one of them, or several if they are long.
create table waybill.line_chunks (
  org_id uuid not null,
  job_id uuid not null,
  -- position in the job, from 0
  first_line bigint not null,
  lines integer not null,
  -- the event of the last line
  last_seq bigint not null,
  -- LineChunk as text (encodeChunk), compressed (zstd)
  body bytea not null,
  primary key (job_id, first_line)
);
-- Compressed already: PostgreSQL would try again, in vain.
alter table waybill.line_chunks alter column body set storage external;

-- Which events the outline of a job holds: first, last, first, last … as JSON.
create table waybill.outline_runs (
  org_id uuid not null,
  job_id uuid not null,
  first_seq bigint not null,
  last_seq bigint not null,
  runs text not null,
  primary key (job_id, first_seq)
);

-- Payloads of outline events that are too long for an outline, as JSON with their long values shortened.
create table waybill.outline_cuts (
  org_id uuid not null,
  job_id uuid not null,
  seq bigint not null,
  payload text not null,
  primary key (job_id, seq)
);

grant select, insert, update, delete
  on waybill.job_projections, waybill.line_chunks, waybill.outline_runs, waybill.outline_cuts to waybill_app;
