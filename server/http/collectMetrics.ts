import type { Metric, Sample } from '#server/http/formatMetrics.ts'
import { inTime } from '#server/http/inTime.ts'
import type { Services } from '#server/services.ts'

/** What this process has counted since it started, and how it stands now. Names are stable. */
export async function collectMetrics(services: Services): Promise<Metric[]> {
  const { journal, live, requests, projector } = services
  return [
    ...aboutProcess(services),
    ...aboutAppends(journal.stats()),
    ...aboutRequests(requests),
    ...aboutFollowing(live.stats()),
    ...aboutPublishing(live.stats(), live.health().valkey),
    // A database that is away takes its own figures with it, not all others.
    ...aboutProjector(await inTime(projector.lag()).catch(() => 'away' as const)),
  ]
}

function aboutProcess({ version, startedAt }: Services): Metric[] {
  const { user, system } = process.cpuUsage()
  return [
    gauge('waybill_info', 'Version of Waybill and Node.', [
      { value: 1, labels: { version, node: process.versions.node } },
    ]),
    gauge(
      'process_start_time_seconds',
      'When the services were opened, in seconds since 1970.',
      startedAt.getTime() / 1000,
    ),
    gauge('process_resident_memory_bytes', 'Memory of the process.', process.memoryUsage.rss()),
    counter('process_cpu_seconds_total', 'Processor time of the process.', (user + system) / 1e6),
  ]
}

function aboutAppends(stats: ReturnType<Services['journal']['stats']>): Metric[] {
  return [
    counter('waybill_events_recorded_total', 'Events committed by this process.', stats.events),
    counter(
      'waybill_events_repeated_total',
      'Events that were known already and acknowledged again.',
      stats.duplicates,
    ),
    counter('waybill_jobs_created_total', 'Jobs created by this process.', stats.jobsCreated),
    counter('waybill_append_requests_total', 'Requests to append, by how they ended.', [
      { value: stats.recorded, labels: { result: 'recorded' } },
      { value: stats.refused, labels: { result: 'refused' } },
    ]),
    gauge('waybill_append_pending_bytes', 'Events that wait to be committed, about, in bytes.', stats.pendingBytes),
    histogram('waybill_flush_events', 'Events that were sent to the database in one statement.', stats.flushEvents),
    histogram('waybill_flush_seconds', 'Time from sending a flush to its durable answer.', stats.flushSeconds),
    counter('waybill_flush_failures_total', 'Flushes the database refused or did not answer.', stats.failedFlushes),
    counter('waybill_flush_conflicts_total', 'Jobs that had to wait for another flush, by why.', [
      { value: stats.busy, labels: { reason: 'locked' } },
      { value: stats.stale, labels: { reason: 'changed' } },
    ]),
  ]
}

function aboutRequests({ refusals, ends }: Services['requests']): Metric[] {
  return [
    counter(
      'waybill_refusals_total',
      'Requests and calls that were refused or failed, by the code they were answered with.',
      Array.from(refusals, ([code, value]) => ({ value, labels: { code } })),
    ),
    counter(
      'waybill_streams_ended_total',
      'Streams and subscriptions that ended, by why.',
      Array.from(ends, ([reason, value]) => ({ value, labels: { reason } })),
    ),
  ]
}

type LiveStats = ReturnType<Services['live']['stats']>

function aboutFollowing(stats: LiveStats): Metric[] {
  return [
    gauge('waybill_followers', 'Streams and subscriptions that are open.', stats.followers),
    gauge('waybill_followed_jobs', 'Jobs that somebody follows here.', stats.followedJobs),
    gauge('waybill_followers_behind', 'Followers that have not taken all events yet.', stats.followersBehind),
    gauge('waybill_follower_lag_events', 'Events that the follower furthest behind lacks.', stats.furthestBehind),
    counter('waybill_follow_reads_total', 'Reads for followers that memory could not serve, by where.', [
      { value: stats.windowReads, labels: { source: 'window' } },
      { value: stats.journalReads, labels: { source: 'journal' } },
    ]),
    counter('waybill_heads_repaired_total', 'Heads found by the head check before any wake-up.', stats.headsRepaired),
  ]
}

function aboutPublishing(stats: LiveStats, valkey: 'up' | 'down' | 'off'): Metric[] {
  return [
    gauge(
      'waybill_valkey_up',
      'Whether Valkey answers; absent if none is used.',
      valkey === 'off' ? [] : Number(valkey === 'up'),
    ),
    counter('waybill_published_events_total', 'Events written into windows by this process.', stats.published),
    histogram('waybill_publish_seconds', 'Time from a commit to its events in the window.', stats.publishSeconds),
    gauge('waybill_publish_pending_characters', 'Committed events that wait for Valkey.', stats.publishSize),
    gauge('waybill_windows_behind', 'Jobs whose window is known to lack events.', stats.jobsBehind),
    counter('waybill_window_holes_total', 'Times a window ended before what was to be published.', stats.holes),
    counter(
      'waybill_windows_found_broken_total',
      'Windows of followed jobs found short or broken.',
      stats.windowsRepaired,
    ),
    counter('waybill_window_repairs_total', 'Windows made whole from PostgreSQL, by how.', [
      { value: stats.fills, labels: { how: 'filled' } },
      { value: stats.resets, labels: { how: 'replaced' } },
    ]),
  ]
}

function aboutProjector(answer: { jobs: number; events: number } | 'late' | 'away'): Metric[] {
  const lag = typeof answer === 'string' ? null : answer
  return [
    gauge('waybill_database_up', 'Whether PostgreSQL answered just now.', Number(lag !== null)),
    gauge('waybill_projector_lag_jobs', 'Jobs whose totals lack events, in all processes.', lag?.jobs ?? []),
    gauge('waybill_projector_lag_events', 'Events that totals lack, in all processes.', lag?.events ?? []),
  ]
}

function counter(name: string, help: string, value: number | readonly Sample[]): Metric {
  return { name, help, type: 'counter', samples: samplesOf(value) }
}

function gauge(name: string, help: string, value: number | readonly Sample[]): Metric {
  return { name, help, type: 'gauge', samples: samplesOf(value) }
}

function histogram(name: string, help: string, view: Extract<Metric, { type: 'histogram' }>['histogram']): Metric {
  return { name, help, type: 'histogram', histogram: view }
}

function samplesOf(value: number | readonly Sample[]): readonly Sample[] {
  return typeof value === 'number' ? [{ value }] : value
}
