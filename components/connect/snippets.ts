/** A way to record a first job. The label `connect` of that job says which one was used, and from which visit. */
export type ConnectWay = { id: 'cli' | 'curl' | 'sdk'; name: string; what: string; file: string; code: string }

/** The value of the label that the job of a way carries. */
export function labelOf(way: ConnectWay['id'], visit: string): string {
  return `${way}-${visit}`
}

/**
 * Commands that can be pasted as they are, but for the key.
 *
 * @param origin the server's own address
 * @param visit tells this visit's jobs from those of others
 */
export function connectWays(origin: string, visit: string): ConnectWay[] {
  return [
    {
      id: 'cli',
      name: 'Command line',
      what: 'Records any command as a job: its output, exit code and time.',
      file: 'shell',
      code: [
        `export WAYBILL_URL=${origin}`,
        `npx waybill run --name "Hello from the command line" --label connect=${labelOf('cli', visit)} -- echo hello`,
      ].join('\n'),
    },
    {
      id: 'curl',
      name: 'HTTP',
      what: 'Two requests: make a job, send it events. Any language can.',
      file: 'shell',
      code: [
        `job=$(curl -s ${origin}/api/jobs \\`,
        '  -H "authorization: Bearer $WAYBILL_KEY" -H \'content-type: application/json\' \\',
        `  -d '{"requestId":"connect-${visit}","action":"hello","title":"Hello from curl",`,
        `       "inputs":{},"labels":{"connect":"${labelOf('curl', visit)}"}}' | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)`,
        '',
        `curl ${origin}/runner-jobs/$job/events \\`,
        '  -H "authorization: Bearer $WAYBILL_KEY" -H \'content-type: application/json\' \\',
        `  -d '{"events":[{"type":"job.started","payload":{}},`,
        `       {"type":"step.output","payload":{"stepId":"hello","stream":"stdout","text":"hello\\n"}},`,
        `       {"type":"job.completed","payload":{}}]}'`,
      ].join('\n'),
    },
    {
      id: 'sdk',
      name: 'TypeScript',
      what: 'Batches, retries and never loses an event; steps, gates, tools and tokens have methods of their own.',
      file: 'hello.ts, after npm install waybill',
      code: [
        "import { createClient } from 'waybill'",
        '',
        `const client = createClient({ url: '${origin}', key: process.env.WAYBILL_KEY })`,
        'const job = await client.jobs.create({',
        "  action: 'hello',",
        "  title: 'Hello from TypeScript',",
        `  labels: { connect: '${labelOf('sdk', visit)}' },`,
        '})',
        'await job.start()',
        "const step = await job.step('hello')",
        "await step.output('hello\\n')",
        'await step.complete()',
        'await job.complete()',
      ].join('\n'),
    },
  ]
}
