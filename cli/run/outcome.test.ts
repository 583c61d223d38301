import { describe, expect, it } from 'vitest'
import { type CommandEnd, endDrafts, shellCode } from '#cli/run/outcome.ts'
import { parseDraft } from '#domain/events/parseDraft.ts'

const ended: CommandEnd = { exitCode: 0, signal: null, interruptedBy: null }
const missing = Object.assign(new Error('spawn x ENOENT'), { code: 'ENOENT' })
const locked = Object.assign(new Error('spawn x EACCES'), { code: 'EACCES' })

describe('the end of a command', () => {
  it.each<[string, Partial<CommandEnd>, number, string, string]>([
    ['exit 0', {}, 0, 'success', 'job.completed'],
    ['exit 3', { exitCode: 3 }, 3, 'failure', 'job.failed'],
    ['SIGSEGV', { exitCode: null, signal: 'SIGSEGV' }, 139, 'failure', 'job.failed'],
    ['Ctrl-C', { exitCode: null, signal: 'SIGINT', interruptedBy: 'SIGINT' }, 130, 'cancellation', 'job.failed'],
    ['Ctrl-C, then exit 0', { interruptedBy: 'SIGINT' }, 0, 'cancellation', 'job.failed'],
    ['no such command', { exitCode: null, startError: missing }, 127, 'error', 'job.failed'],
    ['not executable', { exitCode: null, startError: locked }, 126, 'error', 'job.failed'],
  ])('%s is recorded and passed through', (_, facts, code, outcome, jobEvent) => {
    const end = { ...ended, ...facts }
    const [step, job] = endDrafts('command', end)
    expect(shellCode(end)).toBe(code)
    expect(step.payload).toMatchObject({ outcome })
    expect(job.type).toBe(jobEvent)
    if (outcome === 'cancellation') expect(job.payload).toMatchObject({ outcome })
    for (const [index, draft] of [step, job].entries()) expect(parseDraft(draft, index)).toEqual(draft)
  })
})
