import { describe, expect, it } from 'vitest'
import { checkRun } from '#chaos/checker/checkRun.ts'
import { delivered, type Fabricated, fabricate, jobId, unanswered } from '#chaos/checker/fabricated.ts'

/** Breaks sound evidence in one place and returns what the checker says of it. */
async function findingsAfter(breakIt: (evidence: Fabricated) => void) {
  const evidence = fabricate()
  breakIt(evidence)
  const { findings } = await checkRun(evidence)
  return findings.map(({ invariant, count }) => `${invariant} ${count}`)
}

const [job] = fabricate().jobs

function acks({ requests }: Fabricated, index: number) {
  const outcome = requests[index]?.outcome
  if (outcome?.kind !== 'acknowledged') throw new Error('the fabricated request was acknowledged')
  return outcome.results
}

function resend(evidence: Fabricated, duplicate: boolean) {
  return { kind: 'acknowledged' as const, results: acks(evidence, 1).map((result) => ({ ...result, duplicate })) }
}

function say(evidence: Fabricated, ...seqs: number[]): void {
  const [open, , , stayed] = evidence.transcripts
  const lines = seqs.map((seq) => ({
    kind: 'events' as const,
    connection: 1,
    at: 120,
    events: delivered(job.events, seq),
  }))
  evidence.transcripts = [open, ...lines, stayed].filter((line) => line !== undefined)
}

/** Each invariant, broken once: what is done to the evidence, and what must be found. */
const broken: [what: string, found: string[], breakIt: (evidence: Fabricated) => void][] = [
  ['an acknowledged event that is gone', ['I1 lost'], (e) => Object.assign(acks(e, 1)[2] ?? {}, { seq: 7 })],
  ['an acknowledged event that is another now', ['I1 lost'], (e) => e.requests[1]?.contents.splice(0, 1, 'x')],
  ['an ack for another id', ['I1 other'], (e) => Object.assign(acks(e, 0)[0] ?? {}, { id: job.events[4]?.id })],
  ['an ack for fewer events than were sent', ['I1 lost'], (e) => acks(e, 1).pop()],
  [
    'an event that was stored twice',
    ['I1 duplicated'],
    ({ jobs: [one] }) => {
      const copy = one.events[4]
      if (copy && one.events[3]) one.events[3] = { ...one.events[3], id: copy.id }
    },
  ],
  ['a gap between seqs', ['I2 holes'], ({ jobs: [one] }) => one.events.splice(3, 1)],
  [
    'a clock that goes back',
    ['I2 other'],
    ({ jobs: [one] }) => setTime(one.events[4]?.event, '2026-11-22T10:00:01.000Z'),
  ],
  ['an event before one acknowledged earlier', ['I3 outOfOrder'], (e) => swapAcks(e)],
  ['a batch in another order', ['I3 outOfOrder'], (e) => reverseBatch(e)],
  [
    'half a request',
    ['I4 lost'],
    (e) => {
      e.requests[1] && unanswered(e.requests[1], resend(e, true))
      e.looks[0].events.delete(`${jobId} 6`)
    },
  ],
  [
    'a stored request that is stored once more',
    ['I4 duplicated'],
    (e) => e.requests[1] && unanswered(e.requests[1], resend(e, false)),
  ],
  [
    'a stored request whose repetition is refused',
    ['I4 duplicated', 'I4 other'],
    (e) => e.requests[1] && unanswered(e.requests[1], { kind: 'refused', code: 'JOB_CLOSED' }),
  ],
  [
    'a refused request that is stored',
    ['I4 duplicated'],
    (e) => Object.assign(e.requests[1] ?? {}, { outcome: { kind: 'refused', code: 'STEP_OPEN' } }),
  ],
  [
    'a refusal that nothing explains',
    ['I4 other'],
    (e) => Object.assign(e.requests[1] ?? {}, { outcome: { kind: 'refused', code: 'UNAUTHENTICATED' } }),
  ],
  ['an event given twice', ['I5 duplicated'], (e) => say(e, 2, 3, 3, 4, 5, 6)],
  ['events given in another order', ['I5 outOfOrder'], (e) => say(e, 2, 3, 4, 5, 6, 3)],
  ['a hole in a stream', ['I5 holes'], (e) => say(e, 2, 3, 5, 6)],
  ['a stream that never reached the head', ['I5 holes'], (e) => say(e, 2, 3, 4)],
  [
    'content that was never stored',
    ['I5 other'],
    (e) =>
      Object.assign(e.transcripts[1] ?? {}, {
        events: [
          [2, 'x'],
          [3, job.events[2]?.digest],
        ],
      }),
  ],
  [
    'an end that is none',
    ['I5 other'],
    (e) => e.transcripts.splice(3, 0, { kind: 'end', connection: 1, at: 900, head: 6 }),
  ],
  ['a repair that took too long', ['I5 other'], (e) => Object.assign(e.transcripts[2] ?? {}, { at: 16_000 })],
  [
    'a cursor beyond the head that is taken',
    ['I5 other'],
    (e) => e.transcripts.push({ kind: 'probe', follower: 'p', what: 'beyond head', status: 200, at: 1 }),
  ],
  [
    'a foreign job that is shown',
    ['I6 other'],
    (e) => e.transcripts.push({ kind: 'probe', follower: 'p', what: 'foreign job', status: 200, at: 1 }),
  ],
  [
    'events given to another organisation',
    ['I6 other', 'I6 other'],
    (e) => Object.assign(e.transcripts[0] ?? {}, { orgId: 'other' }),
  ],
  ['a commitment that changed', ['I7 other'], (e) => e.looks[0].events.set(`${jobId} 2`, 'another')],
  ['a seen event that is gone', ['I7 lost'], (e) => e.looks[0].events.set(`${jobId} 7`, 'id c7')],
  [
    'a commitment to other content',
    ['I7 other'],
    ({ jobs: [one] }) => Object.assign(one.events[2] ?? {}, { expectedCommitment: 'x' }),
  ],
  [
    'a journal that could be changed',
    ['I9 other'],
    (e) => Object.assign(e.run.faults[0] ?? {}, { kind: 'F11', failure: 'UPDATE went through' }),
  ],
  ['a hole in a window', ['I10 holes'], (e) => e.windows[0].entries.splice(2, 1)],
  [
    'a hole in a window during the run',
    ['I10 holes'],
    (e) => Object.assign(e.seenWindows[0]?.entries[1] ?? {}, { id: '4-0' }),
  ],
  ['a window that lags behind', ['I10 other'], (e) => e.windows[0].entries.splice(4, 2)],
  ['a window with other content', ['I10 other'], (e) => Object.assign(e.windows[0].entries[1] ?? {}, { json: '{}' })],
  [
    'a stored shape that the events do not give',
    ['I11 other'],
    ({ jobs: [one] }) => Object.assign(one.shape, { state: 'success' }),
  ],
  [
    'totals that the events do not give',
    ['I11 other'],
    ({ jobs: [one] }) => Object.assign(one.projected?.totals ?? {}, { outputLines: 9 }),
  ],
  ['a projector that stopped', ['I11 other'], ({ jobs: [one] }) => Object.assign(one, { projected: null })],
  [
    'a cursor that was refused for no reason',
    ['I5 other'],
    (e) => e.transcripts.push({ kind: 'refused', connection: 1, at: 300 }),
  ],
  [
    'a server that died',
    ['alive other'],
    (e) => e.run.deaths.push({ what: 'server 1', at: 300, lastLines: 'TypeError' }),
  ],
]

function setTime(event: { recordedAt: string } | undefined, time: string): void {
  if (event) event.recordedAt = time
}

function swapAcks(evidence: Fabricated): void {
  Object.assign(evidence.requests[0] ?? {}, { sentAt: 300, endedAt: 320 })
}

function reverseBatch({ requests: [, batch] }: Fabricated): void {
  if (batch?.outcome.kind !== 'acknowledged') return
  for (const list of [batch.outcome.results, batch.ids, batch.contents]) list.reverse()
}

describe('checkRun', () => {
  it('finds nothing in sound evidence, and counts it', async () => {
    const { findings, rows, delivered: deliveries } = await checkRun(fabricate())
    expect(findings).toEqual([])
    expect(deliveries).toBe(5)
    expect(rows).toEqual([
      { kind: 'F3', faults: 1, acknowledged: 3, lost: 0, duplicated: 0, outOfOrder: 0, holes: 0, slowestRepair: 10 },
      { kind: 'all', faults: 1, acknowledged: 5, lost: 0, duplicated: 0, outOfOrder: 0, holes: 0, slowestRepair: 10 },
    ])
  })

  it.each(broken)('names %s', async (_what, expected, breakIt) => {
    const found = await findingsAfter(breakIt)
    expect(
      expected.every((one) => found.includes(one)),
      `found ${found.join(', ') || 'nothing'}`,
    ).toBe(true)
  })

  it('takes a request that left no trace, and was repeated, for sound', async () => {
    const found = await findingsAfter((evidence) => {
      evidence.requests[1] && unanswered(evidence.requests[1], resend(evidence, false))
      for (const seq of [4, 5, 6]) evidence.looks[0].events.delete(`${jobId} ${seq}`)
    })
    expect(found).toEqual([])
  })

  describe('when PostgreSQL was set back', () => {
    /** What followers were given as 4 to 6 is gone; others stand there now. */
    function setBack(evidence: Fabricated): void {
      evidence.run.setBacks.push({ from: 190, to: 300 })
      Object.assign(acks(evidence, 1)[2] ?? {}, { seq: 7 })
      const given = evidence.transcripts[2]
      if (given?.kind === 'events') for (const event of given.events) event[1] = 'gone'
      evidence.transcripts.splice(3, 1, { kind: 'close', connection: 1, at: 310 })
    }
    const open = { kind: 'open', follower: 'f', orgId: job.orgId, jobId, steady: false } as const
    const say = (connection: number, ...seqs: number[]) =>
      ({ kind: 'events', connection, at: 420, events: delivered(job.events, ...seqs) }) as const

    it('forgives what was promised and given in the time that is gone, and a reader that starts again', async () => {
      const found = await findingsAfter((evidence) => {
        setBack(evidence)
        evidence.looks.unshift({ name: 'during', at: 250, events: new Map([[`${jobId} 9`, 'gone']]) })
        evidence.seenWindows.push({ jobId, at: 250, entries: [{ id: '9-0', type: '', json: null }] })
        evidence.transcripts.push(
          { ...open, connection: 2, after: 6, at: 400 },
          { kind: 'refused', connection: 2, at: 405 },
          { kind: 'close', connection: 2, at: 405 },
          { ...open, connection: 3, after: 0, at: 410 },
          say(3, 1, 2, 3, 4, 5, 6),
          { kind: 'stayed', connection: 3, at: 1000 },
        )
      })
      expect(found).toEqual([])
    })

    it.each<[string, (evidence: Fabricated) => void]>([
      ['a mix on one connection', (e) => e.transcripts.splice(3, 0, { ...say(1, 6), at: 305 })],
      ['a mix after a return', (e) => e.transcripts.push({ ...open, connection: 2, after: 5, at: 400 }, say(2, 6))],
      ['a reader nobody told', (e) => e.transcripts.splice(3, 1, { kind: 'stayed', connection: 1, at: 1000 })],
      [
        'what is gone, given later',
        (e) =>
          e.transcripts.push(
            { ...open, follower: 'g', connection: 2, after: 3, at: 400 },
            { kind: 'events', connection: 2, at: 420, events: [[4, 'gone']] },
          ),
      ],
    ])('names %s', async (_what, breakIt) => {
      const found = await findingsAfter((evidence) => {
        setBack(evidence)
        breakIt(evidence)
      })
      expect(found).toContain('I5 other')
    })
  })

  it('charges a fault with what it broke', async () => {
    const evidence = fabricate()
    Object.assign(acks(evidence, 1)[2] ?? {}, { seq: 7 })
    const { rows } = await checkRun(evidence)
    expect(rows.map(({ kind, lost }) => [kind, lost])).toEqual([
      ['F3', 1],
      ['all', 1],
    ])
  })
})
