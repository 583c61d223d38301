import type { Fault } from '#chaos/faults/fault.ts'

const attempts = [
  "update job_events set payload = '{}'",
  'delete from job_events',
  'truncate job_events',
  'truncate job_events_default',
  "set session_replication_role = replica; update job_events set payload = '{}'",
]

/** F11, as far as the database itself refuses it: not even the owner changes what is recorded. */
export const changeHistory: Fault[] = attempts.map((statement) => ({
  kind: 'F11',
  name: `tried as the owner: ${statement}`,
  run: async ({ world: { owner } }) => {
    const refusal = await owner.unsafe(`${statement}; select 1`).then(
      () => null,
      (error: unknown) => error,
    )
    await owner.unsafe('reset session_replication_role').catch(() => {})
    if (refusal === null) throw new Error(`"${statement}" went through`)
  },
}))
