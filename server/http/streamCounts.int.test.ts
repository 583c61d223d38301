import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CountsFrame } from '#domain/view/countsFrame.ts'
import type { JobOutline } from '#domain/view/outline.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Caller, makeJob, send } from '#testing/httpDoor.ts'

let server: ApiServer
let door: Caller

beforeAll(async () => {
  server = await openApiServer()
  door = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
})
afterAll(() => server[Symbol.asyncDispose]())

const output = (stepId: string, text: string) => ({ type: 'step.output', payload: { stepId, stream: 'stdout', text } })

async function finishedJob(): Promise<string> {
  const jobId = await makeJob(door)
  const events = [
    { type: 'job.started', payload: {} },
    output('build', 'a\nb\n'),
    { type: 'step.progress', payload: { stepId: 'build', completed: 1, total: 2 } },
    { type: 'gate.started', payload: { gateId: 'g', name: 'G' } },
    output('build', 'c\n'),
    output('test', 'd\n'),
    { type: 'job.completed', payload: {} },
  ]
  await send(door, { path: `/runner-jobs/${jobId}/events`, json: { events } })
  return jobId
}

async function framesAfter(jobId: string, after: number): Promise<{ id: number; event: string; data: unknown }[]> {
  const { text } = await send(door, { path: `/runner-jobs/${jobId}/events/stream?output=counts&after=${after}` })
  return [...text.matchAll(/^id: (\d+)\nevent: (.+)\ndata: (.+)$/gm)].map(([, id, event, data]) => ({
    id: Number(id),
    event: event ?? '',
    data: JSON.parse(data ?? ''),
  }))
}

it('tells output and progress as counts between the other events', async () => {
  const jobId = await finishedJob()
  const frames = await framesAfter(jobId, 0)
  expect(frames.map(({ id, event }) => [id, event])).toEqual([
    [1, 'job.created'],
    [2, 'job.started'],
    [4, 'counts'],
    [5, 'gate.started'],
    [7, 'counts'],
    [8, 'job.completed'],
    [8, 'caught-up'],
    [8, 'end'],
  ])
  const [first, second] = frames.filter(({ event }) => event === 'counts').map(({ data }) => data as CountsFrame)
  expect(first).toMatchObject({ from: 3, head: 4, events: { output: 1, step: 1 }, lines: 2, bytes: 4 })
  expect(first?.starts).toMatchObject([{ seq: 3, type: 'step.output', payload: { stepId: 'build', text: '' } }])
  expect(first?.progress).toMatchObject([{ seq: 4, payload: { stepId: 'build', completed: 1, total: 2 } }])
  expect(second).toMatchObject({ from: 6, head: 7, events: { output: 2, step: 0 }, lines: 2, bytes: 4, progress: [] })
  expect(second?.starts.map(({ seq }) => seq)).toEqual([7])
  const { totals } = (await send(door, { path: `/runner-jobs/${jobId}/outline` })).body as JobOutline
  expect(totals.outputLines).toBe((first?.lines ?? 0) + (second?.lines ?? 0))
})

it('goes on after any id without telling an event twice', async () => {
  const jobId = await finishedJob()
  for (let after = 0; after <= 8; after++) {
    let head = after
    for (const { id, event, data } of await framesAfter(jobId, after)) {
      if (event === 'caught-up' || event === 'end') continue
      expect(event === 'counts' ? (data as CountsFrame).from : id).toBe(head + 1)
      head = id
    }
    expect(head).toBe(8)
  }
})

it.each(['', 'count', 'Counts', 'all', 'counts,counts'])('refuses output=%s and says what there is', async (value) => {
  const jobId = await makeJob(door)
  const answer = await send(door, { path: `/runner-jobs/${jobId}/events/stream?output=${value}` })
  expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', path: '/output' } })
  expect((answer.body as { detail: string }).detail).toContain('"counts"')
})

it('refuses counts together with a filter, and twice', async () => {
  const jobId = await makeJob(door)
  for (const query of ['output=counts&types=job.*', 'output=counts&output=counts']) {
    const answer = await send(door, { path: `/runner-jobs/${jobId}/events/stream?${query}` })
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', path: '/output' } })
  }
})
