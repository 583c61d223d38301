import { expect, test } from 'vitest'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { jobOf } from '#components/timeline/fixtures/jobOf.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import { gateMatrix, gateWaits } from '#components/timeline/gates/gateMatrix.ts'

test('puts every gate against every attempt', () => {
  const events = deployWithAgent()
  const matrix = gateMatrix(jobOf(events))
  expect(matrix).toMatchObject({ attempts: [1, 2], passed: 2, failed: 1, open: 0 })
  expect(matrix.rows.map((row) => [row.name, row.isApproval, row.step, row.cells.map((runs) => runs.length)])).toEqual([
    ['e2e', false, 'Test', [1, 1]],
    ['Release approval', true, null, [0, 1]],
  ])
  const failed = matrix.rows[0]?.cells[0]?.[0]
  expect(failed).toMatchObject({
    status: 'failed',
    decidedBy: 'playwright',
    reason: '1 of 214 tests failed',
    subject: 'acme/api@9f2c1ab',
  })
  const proof = events.find((event) => event.type === 'step.output' && event.payload.text.includes('saved-card'))
  expect(failed?.evidence).toEqual([proof?.seq])
  expect(gateWaits(matrix, 0).approvals).toBe(9_000)
})

test('keeps the runs of a gate within an attempt, and leaves open what the attempt left open', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'a', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  story.tell('gate.failed', { gateId: 'scan' })
  story.after(10).tell('gate.started', { gateId: 'scan', name: 'Scan', rule: 'Nothing found' })
  story.after(500).tell('job.queued', { reason: 'retry' })
  story.tell('job.started', {})
  story.tell('gate.started', { gateId: 'scan', name: 'Scan' })
  const matrix = gateMatrix(jobOf(story.events))
  expect(matrix.rows).toHaveLength(1)
  expect(matrix.rows[0]?.rule).toBe('Nothing found')
  expect(matrix.rows[0]?.cells.map((runs) => runs.map(({ run, status }) => [run, status]))).toEqual([
    [
      [1, 'failed'],
      [2, 'unfinished'],
    ],
    [[1, 'waiting']],
  ])
  expect(matrix.rows[0]?.cells[0]?.[1]).toMatchObject({ to: (matrix.rows[0]?.cells[0]?.[1]?.from ?? 0) + 500 })
  expect(gateWaits(matrix, (matrix.rows[0]?.cells[1]?.[0]?.from ?? 0) + 70)).toEqual({ approvals: 0, checks: 570 })
})
