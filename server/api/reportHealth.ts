import type { Context } from '#server/api/context.ts'

/** What `waybill doctor` asks of a server: versions, clock, and how the parts are. */
export async function reportHealth({ services }: Context) {
  const { version, startedAt, live } = services
  const postgres = await services.describeDatabase()
  const now = new Date()
  const { publishSeconds: _publishSeconds, ...stats } = live.stats()
  return {
    server: {
      version,
      node: process.versions.node,
      time: now.toISOString(),
      uptimeSeconds: Math.round((now.getTime() - startedAt.getTime()) / 1000),
    },
    postgres,
    valkey: { state: live.health().valkey },
    live: stats,
  }
}
