import { expect, test } from 'vitest'
import { viewCommands } from '#components/timeline/layout/viewCommands.ts'

const shown = { origin: 'http://localhost:4100', jobId: 'j1', view: 'split', seq: null, at: null } as const
const key = '-H "authorization: Bearer $WAYBILL_KEY"'

test('reads the selected event alone', () => {
  const { curl, cli } = viewCommands({ ...shown, view: 'ai', seq: 42 })
  expect(curl).toBe(`curl ${key} 'http://localhost:4100/runner-jobs/j1/events?after=41&limit=1'`)
  expect(cli).toBe('WAYBILL_URL=http://localhost:4100 npx waybill tail j1 --json --after 41 | head -n 1')
})

test('follows the job, its output, or the events of a view', () => {
  expect(viewCommands(shown).curl).toBe(`curl -N ${key} 'http://localhost:4100/runner-jobs/j1/events/stream'`)
  expect(viewCommands({ ...shown, view: 'output' }).cli).toMatch(/tail j1 --raw$/)
  expect(viewCommands({ ...shown, view: 'gates' }).curl).toContain('events?types=gate.*')
  expect(viewCommands({ ...shown, view: 'ai' }).cli).toMatch(/--json --types 'ai\.\*'$/)
})

test('ends at the moment that is looked at', () => {
  expect(viewCommands({ ...shown, at: 7 }).curl).toContain('events?limit=7')
  expect(viewCommands({ ...shown, at: 7 }).cli).toMatch(/\| head -n 7$/)
})
