import { describe, expect, it } from 'vitest'
import type { Job } from '#domain/job/served.ts'
import { deployStory } from '#domain/story/deployStory.ts'
import { type CliProcess, jobIn, runCli, startCli } from '#testing/commandLine.ts'
import { eventsOf, send } from '#testing/httpDoor.ts'
import { serverForTests } from '#testing/serverForTests.ts'
import { waitFor } from '#testing/waitFor.ts'

const caller = serverForTests()

async function jobOf(jobId: string): Promise<Job> {
  const { body } = await send(caller, { path: `/api/jobs/${jobId}` })
  return (body as { job: Job }).job
}

async function jobOfDemo(demo: CliProcess): Promise<string> {
  await demo.shows('/jobs/')
  return jobIn(demo.stdout())
}

describe('waybill demo', () => {
  it('records the story through the public API and says where to see it', async () => {
    const { code, stdout, stderr } = await runCli(caller, ['demo', '--speed', '50'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.toString()).toMatch(new RegExp(`^${caller.url}/jobs/[0-9a-f-]{36}\n$`))
    const recorded = await eventsOf(caller, jobIn(stdout.toString()))
    const story = deployStory()
    expect(recorded.map(({ type }) => type)).toEqual(story.map(({ type }) => type))
    // at fifty times the speed calls take a fiftieth of the time
    const told = story
      .slice(1)
      .map(({ payload }) =>
        'durationMs' in payload && payload.durationMs !== undefined
          ? { ...payload, durationMs: Math.round(payload.durationMs / 50) }
          : payload,
      )
    expect(recorded.slice(1).map(({ payload }) => payload)).toEqual(told)
    expect(recorded[0]).toMatchObject({
      payload: {
        title: 'Deploy api to production',
        inputs: { token: '[redacted:secret-key]' },
        labels: { demo: 'true' },
      },
      redactions: [{ path: '/inputs/token' }],
    })
    expect(recorded.filter(({ source }) => source === 'agent/sdk').length).toBeGreaterThan(10)
  })

  it('makes a job of a given number of events, and says how fast', async () => {
    const { code, stdout, stderr } = await runCli(caller, ['demo', '--events', '12345'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/12,345 of 12,345 events, [\d,]+\/s\n$/)
    const jobId = jobIn(stdout.toString())
    const { body } = await send(caller, { path: `/runner-jobs/${jobId}/events?types=gate.failed` })
    expect(body).toMatchObject({ head: 12_345, events: [{ payload: { evidence: [12_341] } }] })
    expect(await jobOf(jobId)).toMatchObject({ state: 'failed' })
  })

  it.each([
    [['--speed', '1'], 'SIGINT'],
    [['--events', '10000000'], 'SIGTERM'],
  ] as const)('%j leaves a cancelled job when it is interrupted', async (options, signal) => {
    await using demo = await startCli(caller, ['demo', ...options])
    const jobId = await jobOfDemo(demo)
    await waitFor(async () => (await jobOf(jobId)).state === 'running')
    demo.kill(signal)
    const { code, stderr } = await demo.ended
    expect(code).toBe(130)
    expect(stderr).toContain('being cancelled')
    expect(await jobOf(jobId)).toMatchObject({ state: 'cancelled', error: { code: 'INTERRUPTED' } })
  })

  it('says what the server refuses, instead of playing on', async () => {
    await using demo = await startCli(caller, ['demo', '--speed', '1'])
    const jobId = await jobOfDemo(demo)
    await waitFor(async () => (await jobOf(jobId)).state === 'running')
    const events = [{ type: 'job.failed', payload: { error: { code: 'X', message: 'closed by somebody else' } } }]
    await send(caller, { path: `/runner-jobs/${jobId}/events`, json: { events } })
    const { code, stderr } = await demo.ended
    expect(code).toBe(65)
    expect(stderr).toMatch(/^waybill: .*failed/)
  })

  it.each([
    [['--speed', '0'], /1 to 50/],
    [['--speed', '51'], /1 to 50/],
    [['--speed', 'fast'], /1 to 50/],
    [['--events', '9'], /10 to 10,000,000/],
    [['--events', '1e6'], /10 to 10,000,000/],
    [['--events', '100', '--speed', '2'], /leave out --speed/],
  ])('refuses %j as a mistake in usage', async (options, message) => {
    const { code, stdout, stderr } = await runCli(caller, ['demo', ...options])
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it('says so when there is no server, or no key', async () => {
    const away = await runCli({ url: 'http://127.0.0.1:9', key: caller.key }, ['demo'])
    expect(away).toMatchObject({ code: 69, stderr: expect.stringContaining('http://127.0.0.1:9') })
    const keyless = await runCli({ url: caller.url }, ['demo'])
    expect(keyless).toMatchObject({ code: 77, stderr: expect.stringContaining('WAYBILL_KEY') })
  })
})
