import { type SQL, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  pgSchema,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'

/**
 * The tables as the migrations make them, for drizzle-kit (studio, pull) and for whoever wants to read them in one place.
 * The migrations are written by hand: partitions, functions, triggers, roles and grants have no words here. That both
 * agree is shown by schema.int.test.ts.
 */
export const waybill = pgSchema('waybill')

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
/** A transaction's 64-bit id: greater than 2^53 is possible, so it stays text. */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' })
/** Positions and counts: far below 2^53. */
const seq = (name: string) => bigint(name, { mode: 'number' })
const moment = (name: string) => timestamp(name, { withTimezone: true })

/** One row at most: the key can only be true. */
const singleton = () => boolean('singleton').primaryKey().default(true)
const isSingleton = (name: string) => check(name, sql`singleton`)

export const migrations = waybill.table('migrations', {
  name: text('name').primaryKey(),
  sha256: text('sha256').notNull(),
  appliedAt: moment('applied_at').notNull().defaultNow(),
})

export const instance = waybill.table(
  'instance',
  {
    singleton: singleton(),
    epoch: text('epoch').notNull().default(randomHex(6)),
    life: text('life'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  () => [isSingleton('instance_singleton_check')],
)

export const orgs = waybill.table(
  'orgs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [unique('orgs_slug_key').on(table.slug)],
)

const orgId = () => uuid('org_id').notNull()
const ofOrg = () => orgId().references(() => orgs.id)

export const losses = waybill.table('losses', {
  jobId: uuid('job_id').primaryKey(),
  orgId: orgId(),
  lastSeq: seq('last_seq').notNull(),
  noticedAt: moment('noticed_at').notNull().defaultNow(),
})

export const apiKeys = waybill.table(
  'api_keys',
  {
    id: text('id').primaryKey(),
    orgId: ofOrg(),
    userId: text('user_id').notNull(),
    kind: text('kind', { enum: ['user', 'service', 'agent'] }).notNull(),
    name: text('name').notNull(),
    secretHash: bytea('secret_hash').notNull(),
    scopes: text('scopes').array().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    index('api_keys_by_org').on(table.orgId, table.createdAt),
    check('api_keys_kind_check', sql`${table.kind} in ('user', 'service', 'agent')`),
  ],
)

export const sessions = waybill.table('sessions', {
  idHash: bytea('id_hash').primaryKey(),
  orgId: ofOrg(),
  keyId: text('key_id')
    .notNull()
    .references(() => apiKeys.id),
  createdAt: moment('created_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
})

export const loginLinks = waybill.table('login_links', {
  tokenHash: bytea('token_hash').primaryKey(),
  orgId: ofOrg(),
  keyId: text('key_id')
    .notNull()
    .references(() => apiKeys.id),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
})

const states = ['pending', 'running', 'success', 'failed', 'cancelled'] as const

export const jobs = waybill.table(
  'jobs',
  {
    id: uuid('id').primaryKey(),
    orgId: ofOrg(),
    requestId: text('request_id').notNull(),
    userId: text('user_id').notNull(),
    action: text('action').notNull(),
    title: text('title'),
    labels: text('labels').notNull(),
    parentJobId: uuid('parent_job_id'),
    createdAt: moment('created_at').notNull(),
    state: text('state', { enum: states }).notNull().default('pending'),
    attempt: integer('attempt').notNull().default(1),
    parts: integer('parts').notNull().default(0),
    shapeSeq: seq('shape_seq').notNull().default(1),
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    finalSeq: seq('final_seq'),
  },
  (table) => [
    unique('jobs_org_id_request_id_key').on(table.orgId, table.requestId),
    index('jobs_by_time').on(table.orgId, table.createdAt.desc(), table.id.desc()),
    index('jobs_by_state').on(table.orgId, table.state, table.createdAt.desc(), table.id.desc()),
    check('jobs_state_check', sql`${table.state} in ('pending', 'running', 'success', 'failed', 'cancelled')`),
  ],
)

/** What steps and gates have in common. */
const part = () => ({
  orgId: orgId(),
  jobId: uuid('job_id').notNull(),
  attempt: integer('attempt').notNull(),
  run: integer('run').notNull(),
  name: text('name').notNull(),
  explicit: boolean('explicit').notNull(),
  startedSeq: seq('started_seq').notNull(),
  startedAt: moment('started_at').notNull(),
  endedSeq: seq('ended_seq'),
  endedAt: moment('ended_at'),
  changedSeq: seq('changed_seq').notNull(),
})

export const steps = waybill.table(
  'steps',
  {
    ...part(),
    stepId: text('step_id').notNull(),
    kind: text('kind'),
    parentStepId: text('parent_step_id'),
    outcome: text('outcome'),
  },
  (table) => [primaryKey({ name: 'steps_pkey', columns: [table.jobId, table.attempt, table.stepId, table.run] })],
)

export const gates = waybill.table(
  'gates',
  { ...part(), gateId: text('gate_id').notNull(), passed: boolean('passed') },
  (table) => [primaryKey({ name: 'gates_pkey', columns: [table.jobId, table.attempt, table.gateId, table.run] })],
)

/** Partitioned by month of the job's id. */
export const jobEvents = waybill.table(
  'job_events',
  {
    orgId: orgId(),
    jobId: uuid('job_id').notNull(),
    seq: seq('seq').notNull(),
    id: uuid('id').notNull(),
    type: text('type').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
    actor: text('actor'),
    payload: text('payload'),
    source: text('source'),
    traceparent: text('traceparent'),
    causedBy: uuid('caused_by'),
    redactions: text('redactions').notNull(),
    shape: text('shape').notNull(),
    salt: bytea('salt'),
    commitment: bytea('commitment').notNull(),
    version: smallint('version').notNull().default(1),
  },
  (table) => [
    primaryKey({ name: 'job_events_pkey', columns: [table.jobId, table.seq] }),
    unique('job_events_job_id_id_key').on(table.jobId, table.id),
  ],
)

export const flushes = waybill.table(
  'flushes',
  {
    xid: xid8('xid').notNull(),
    orgId: orgId(),
    jobId: uuid('job_id').notNull(),
    firstSeq: seq('first_seq').notNull(),
    lastSeq: seq('last_seq').notNull(),
  },
  (table) => [primaryKey({ name: 'flushes_pkey', columns: [table.xid, table.jobId] })],
)

/** What servers of the release before keep; nothing reads it any more. */
export const jobTotals = waybill.table('job_totals', {
  jobId: uuid('job_id').primaryKey(),
  orgId: orgId(),
  projectedSeq: seq('projected_seq').notNull(),
  totals: text('totals').notNull(),
})

export const jobProjections = waybill.table('job_projections', {
  jobId: uuid('job_id').primaryKey(),
  orgId: orgId(),
  projectedSeq: seq('projected_seq').notNull(),
  totals: text('totals').notNull(),
  lines: text('lines').notNull(),
  outline: text('outline').notNull(),
  counts: bytea('counts').notNull(),
})

/** Lines of output in chunks that never change. */
export const lineChunks = waybill.table(
  'line_chunks',
  {
    orgId: orgId(),
    jobId: uuid('job_id').notNull(),
    firstLine: seq('first_line').notNull(),
    lines: integer('lines').notNull(),
    lastSeq: seq('last_seq').notNull(),
    body: bytea('body').notNull(),
  },
  (table) => [primaryKey({ name: 'line_chunks_pkey', columns: [table.jobId, table.firstLine] })],
)

export const outlineRuns = waybill.table(
  'outline_runs',
  {
    orgId: orgId(),
    jobId: uuid('job_id').notNull(),
    firstSeq: seq('first_seq').notNull(),
    lastSeq: seq('last_seq').notNull(),
    runs: text('runs').notNull(),
  },
  (table) => [primaryKey({ name: 'outline_runs_pkey', columns: [table.jobId, table.firstSeq] })],
)

export const outlineCuts = waybill.table(
  'outline_cuts',
  {
    orgId: orgId(),
    jobId: uuid('job_id').notNull(),
    seq: seq('seq').notNull(),
    payload: text('payload').notNull(),
  },
  (table) => [primaryKey({ name: 'outline_cuts_pkey', columns: [table.jobId, table.seq] })],
)

export const projector = waybill.table(
  'projector',
  {
    singleton: singleton(),
    nextXid: xid8('next_xid').notNull().default('0'),
    holder: uuid('holder'),
    heldUntil: moment('held_until'),
  },
  () => [isSingleton('projector_singleton_check')],
)

function randomHex(bytes: number): SQL {
  return sql`encode(substr(uuid_send(gen_random_uuid()), 1, ${sql.raw(String(bytes))}), 'hex')`
}
