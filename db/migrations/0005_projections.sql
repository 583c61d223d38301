-- What the projector keeps behind the journal. Everything here can be made again from job_events.

create table waybill.job_totals (
  job_id uuid primary key,
  org_id uuid not null,
  projected_seq bigint not null,
  -- JobTotals as JSON
  totals text not null
);

create table waybill.projector (
  singleton boolean primary key default true check (singleton),
  -- every flush of an older transaction is taken in
  next_xid xid8 not null default '0',
  -- the process that does the work; another may once this moment is over
  holder uuid,
  held_until timestamptz
);
insert into waybill.projector default values;

grant select, insert, update, delete on waybill.job_totals to waybill_app;
grant select, update on waybill.projector to waybill_app;
grant delete on waybill.flushes to waybill_app;
