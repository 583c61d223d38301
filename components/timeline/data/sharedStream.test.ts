import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silenceLimits } from '#components/timeline/data/watchSilence.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { openTabStage } from '#components/timeline/fixtures/tabStage.ts'

const events = deployWithAgent()

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** A job that goes on, and tabs that show it and are live. */
async function stageOf(tabs: number) {
  const stage = openTabStage(events, () => 0.5)
  const { job, server } = stage
  job.head = 10
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 100) {
      server.push(true)
      await vi.advanceTimersByTimeAsync(Math.min(left, 100))
    }
  }
  const opened = Array.from({ length: tabs }, () => stage.open())
  await pass(500)
  const states = () => stage.tabs.map(({ timeline }) => `${timeline.connection.state} ${timeline.head}`)
  expect(states()).toEqual(opened.map(() => 'live 10'))
  return { ...stage, opened, pass, states }
}

test('three tabs read one stream, and when the first is closed the next reads on from where it is', async () => {
  const { job, server, opened, pass, states } = await stageOf(3)
  expect([server.open, server.asked]).toEqual([1, 1])
  job.head = 20
  await pass(200)
  expect(states()).toEqual(['live 20', 'live 20', 'live 20'])
  opened[0]?.leave()
  job.head = 30
  await pass(200)
  expect(states()).toEqual(['live 30', 'live 30'])
  expect([server.open, server.asked]).toEqual([1, 2])
})

test('a tab that is told nothing by a frozen one says so, reads for itself, and has the frozen one with it later', async () => {
  const { job, server, opened, pass, states } = await stageOf(2)
  opened[0]?.freeze()
  job.head = 20
  await pass(silenceLimits.silent + 1_500)
  expect(states()[1]).toBe('silent 10')
  await pass(silenceLimits.dead - silenceLimits.silent + 1_000)
  expect(states()[1]).toBe('live 20')
  opened[0]?.thaw()
  await pass(20_000)
  expect(states()).toEqual(['live 20', 'live 20'])
  expect(server.open).toBe(1)
})

test('a new tab does not wait for long when a frozen one has the stream', async () => {
  const { opened, open, pass } = await stageOf(1)
  opened[0]?.freeze()
  const late = open()
  await pass(silenceLimits.unanswered + 2_000)
  expect(late.timeline.connection.state).toBe('live')
})

test('when the stream breaks another tab reads on, and the one that lost it does not sit out its wait', async () => {
  const { server, pass, states } = await stageOf(3)
  server.cut()
  await pass(300)
  expect(states()).toEqual(['live 10', 'live 10', 'live 10'])
  expect([server.open, server.asked]).toEqual([1, 2])
})

test('each tab says that the server is gone, and all are back once one of them is', async () => {
  const { server, pass, states } = await stageOf(3)
  server.setUp(false)
  await pass(20_000)
  expect(states()).toEqual(['waiting 10', 'waiting 10', 'waiting 10'])
  server.setUp(true)
  const isBack = () => states().filter((state) => state === 'live 10').length
  while (isBack() === 0) await pass(100)
  await pass(200)
  expect(isBack()).toBe(3)
  expect(server.open).toBe(1)
})

test('a reader who wants to look has their own tab look', async () => {
  const { server, opened, pass, states } = await stageOf(2)
  opened[0]?.freeze()
  opened[1]?.nudge()
  await pass(200)
  expect(states()[1]).toBe('live 10')
  expect(server.asked).toBe(2)
})

test('a server that hangs up at once is asked by each tab no more often than if it were alone, and none is called live', async () => {
  const { server, pass, states } = await stageOf(2)
  for (let round = 0; round < 2; round++) {
    server.cut()
    await pass(300)
  }
  expect(states()).toEqual(['waiting 10', 'waiting 10'])
  const { asked } = server
  for (let round = 0; round < 200; round++) {
    await pass(300)
    server.cut()
  }
  // each of the two once in two seconds
  expect(server.asked - asked).toBeLessThanOrEqual(62)
})

test('tabs that hold another history are left alone', async () => {
  const { job, server, open, pass, states } = await stageOf(1)
  const { outline } = job
  job.outline = () => ({ ...outline(), epoch: 'second' })
  open()
  await pass(500)
  expect(states()).toEqual(['live 10', 'live 10'])
  expect(server.open).toBe(2)
})
