/** Shell commands for a reader with nothing but this server's address and a key. */

export function runCommand(origin: string): string {
  return `WAYBILL_URL=${origin} npx waybill run -- npm test`
}

export function demoCommand(origin: string): string {
  return `WAYBILL_URL=${origin} npx waybill demo`
}

export function createJobCommand(origin: string): string {
  return [
    `curl ${origin}/api/jobs \\`,
    '  -H "authorization: Bearer $WAYBILL_KEY" \\',
    "  -H 'content-type: application/json' \\",
    `  -d '{"requestId":"hello-1","action":"hello","inputs":{"who":"world"}}'`,
  ].join('\n')
}

/** Starts a job that was created, and gives it a first line of output. */
export function emitCommand(origin: string, jobId: string): string {
  return [
    `curl ${origin}/runner-jobs/${jobId}/events \\`,
    '  -H "authorization: Bearer $WAYBILL_KEY" \\',
    "  -H 'content-type: application/json' \\",
    `  -d '{"events":[`,
    `    {"type":"job.started","payload":{}},`,
    '    {"type":"step.output","payload":',
    `      {"stepId":"hello","stream":"stdout","text":"Hello\\n"}}]}'`,
  ].join('\n')
}
