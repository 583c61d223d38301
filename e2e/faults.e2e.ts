import type { Draft } from '#domain/events/envelope.ts'
import { expect } from '#e2e/app.ts'
import { type Fault, kindsOf, orders } from '#e2e/faults.ts'
import { expectAsFresh, expectSamePicture } from '#e2e/pageFacts.ts'
import { type Stage, test } from '#e2e/stage.ts'

const output = (stepId: string, text: string) =>
  ({ type: 'step.output', payload: { stepId, stream: 'stdout', text } }) as const

/** A job that goes on at every moment of a test, with something new of every kind for every part of the page. */
function tale() {
  let chapter = 0
  return (title: string): Draft[] => {
    chapter++
    return [
      { type: 'step.started', payload: { stepId: `s${chapter}`, name: `Part ${chapter}` } },
      output(`s${chapter}`, `${chapter}: ${title}\n`),
      { type: 'gate.passed', payload: { gateId: `g${chapter}` } },
      {
        type: 'ai.tool_called',
        payload: { callId: `c${chapter}`, tool: 'read', stepId: `s${chapter}`, durationMs: 5 },
      },
      { type: 'step.completed', payload: { stepId: `s${chapter}`, outcome: 'success' } },
    ]
  }
}

const ending: Draft[] = [
  { type: 'step.completed', payload: { stepId: 'build', outcome: 'failure', exitCode: 1 } },
  { type: 'gate.failed', payload: { gateId: 'last', reason: 'the build failed' } },
  { type: 'job.failed', payload: { error: { code: 'BUILD', message: 'The build failed.' } } },
]

async function startJob({ app, emit }: Stage, title: string): Promise<string> {
  const job = await app.createJob({ title })
  await emit(
    job.id,
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'build', name: 'Build' } },
    output('build', 'begun\n'),
  )
  return job.id
}

for (const [index, order] of orders.entries()) {
  const kinds = order.map((name) => kindsOf[name])
  const [first, second, third] = kinds.map((of, n) => of[(index + n) % of.length] ?? of[0]) as [Fault, Fault, Fault]
  const faults = [first, second, third]

  test(`shows what a fresh page shows after ${order.join(', ')}: one by one, then together`, async ({
    page,
    fresh,
    stage,
  }) => {
    const jobId = await startJob(stage, order.join(', '))
    const address = `${stage.whole.url}/jobs/${jobId}`
    const go = tale()
    await page.goto(`${stage.url}/jobs/${jobId}`)
    await expect(page.getByText('Live', { exact: true })).toBeVisible()

    for (const fault of faults) {
      await test.step(fault.name, async () => {
        await stage.emit(jobId, ...go(`before ${fault.name}`))
        await fault.strike(stage, page)
        await stage.emit(jobId, ...go(`while ${fault.name}`))
        await fault.heal(stage, page)
        await stage.emit(jobId, ...go(`after ${fault.name}`))
        await expectAsFresh(page, fresh, address)
      })
    }

    await test.step('all three', async () => {
      for (const fault of faults) {
        await fault.strike(stage, page)
        await stage.emit(jobId, ...go(`since ${fault.name}`))
      }
      const endsInTheDark = index % 2 === 0
      if (endsInTheDark) await stage.emit(jobId, ...ending)
      for (const fault of faults) {
        await fault.heal(stage, page)
        if (!endsInTheDark) await stage.emit(jobId, ...go(`no longer: ${fault.name}`))
      }
      if (!endsInTheDark) await stage.emit(jobId, ...ending)
      await expect(fresh.getByText('Complete', { exact: true })).toBeVisible()
      await expectAsFresh(page, fresh, address)
      await expectSamePicture(page, fresh)
    })
  })
}
