import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EventRow, storedEvent, storedEvents } from '#server/journal/eventRow.ts'

const row: EventRow = {
  id: '01a20149-0626-753d-aaa5-d0784436f4e7',
  job_id: '01a20149-0626-753d-aaa5-d0784436f4e8',
  seq: 7,
  type: 'step.output',
  occurred_at: '2026-11-22 03:24:51+00',
  recorded_at: '2026-11-22 03:24:51.123456+00',
  actor: '{"kind":"user","userId":"ada"}',
  source: null,
  traceparent: null,
  caused_by: null,
  payload: '{"text":"x"}',
  redactions: '[]',
}

const occurredAt = (text: string) => JSON.parse(storedEvent({ ...row, occurred_at: text }).json).occurredAt

/** As PostgreSQL writes it in UTC: microseconds, without zeros at the end, and without a point if nothing follows. */
function asPostgres(time: Date, micros: number): string {
  const [date, clock] = time.toISOString().slice(0, 19).split('T')
  const fraction = `${String(time.getUTCMilliseconds()).padStart(3, '0')}${String(micros).padStart(3, '0')}`
  const shortened = fraction.replace(/0+$/, '')
  return `${date} ${clock}${shortened && `.${shortened}`}+00`
}

test('serves times with milliseconds, whatever PostgreSQL leaves away', () => {
  const { json } = storedEvent(row)
  expect(JSON.parse(json)).toMatchObject({
    occurredAt: '2026-11-22T03:24:51.000Z',
    recordedAt: '2026-11-22T03:24:51.123Z',
  })
  const range = {
    min: new Date('1970-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  }
  fc.assert(
    fc.property(fc.date(range), fc.nat({ max: 999 }), (time, micros) => {
      expect(occurredAt(asPostgres(time, micros))).toBe(time.toISOString())
    }),
  )
})

test('gives each event of a page its own times', () => {
  const times = ['03:24:51.1', '03:24:51.1', '03:24:52', '03:24:51.1']
  const rows = times.map((time, at) => ({
    ...row,
    occurred_at: `2026-11-22 ${time}+00`,
    recorded_at: `2026-11-22 04:00:0${at < 2 ? 0 : at}+00`,
  }))
  expect(storedEvents(rows, row.job_id)).toEqual(rows.map((one) => storedEvent(one)))
})
