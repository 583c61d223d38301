import { expect, test } from 'vitest'
import { WaybillError } from '#domain/errors.ts'
import { createLogger } from '#server/logger.ts'

function logged(log: (logger: ReturnType<typeof createLogger>) => void, level: 'debug' | 'warn' = 'debug') {
  const lines: string[] = []
  log(createLogger({ level, write: (line) => lines.push(line) }))
  return lines
}

test('writes a line of JSON with message, time and facts', () => {
  const [line = ''] = logged((logger) => logger.with({ jobId: 'j' }).info('sealed', { size: 3 }))
  expect(JSON.parse(line)).toMatchObject({
    level: 30,
    msg: 'sealed',
    jobId: 'j',
    size: 3,
    time: expect.stringMatching(/Z$/),
  })
  expect(line.endsWith('\n')).toBe(true)
})

test('keeps quiet below its level', () => {
  expect(logged((logger) => logger.info('x'), 'warn')).toEqual([])
})

test('keeps the values of a failed statement out, in the error and in its causes', () => {
  const refused = Object.assign(new Error('invalid input syntax for type uuid: "s3cret"'), {
    severity: 'ERROR',
    code: '22P02',
    detail: 'Failing row contains (s3cret)',
    query: "insert into t values ('s3cret')",
    parameters: ['s3cret'],
  })
  const wrapped = new Error('Failed query: insert … params: s3cret', { cause: refused })
  Object.assign(wrapped, { query: 'insert', params: ['s3cret'] })
  const [line = ''] = logged((logger) => logger.error('flush failed', { events: 2 }, wrapped))
  expect(line).not.toContain('s3cret')
  expect(JSON.parse(line)).toMatchObject({ events: 2, error: { cause: { code: '22P02', severity: 'ERROR' } } })
})

test('keeps the text that failed to parse out', () => {
  const [line = ''] = logged((logger) => {
    try {
      JSON.parse('{"token": s3cret}')
    } catch (error) {
      logger.warn('bad body', {}, error)
    }
  })
  expect(line).not.toContain('s3cret')
  expect(JSON.parse(line).error.name).toBe('SyntaxError')
})

test('keeps API keys and passwords out of any text', () => {
  const [line = ''] = logged((logger) =>
    logger.error('x', {}, new Error('refused wb_abc_s3cret-_x at postgres://me:s3cret@db/x and redis://:s3cret@h:1')),
  )
  expect(line).not.toContain('s3cret')
  expect(line).toContain('wb_abc_[redacted]')
  expect(line).toContain('postgres://me:[redacted]@db/x')
})

test('names a refusal by its code, and a surprise with its stack', () => {
  const [refusal = '', surprise = ''] = logged((logger) => {
    logger.warn('refused', {}, new WaybillError('BUSY', 'the job is locked'))
    logger.error('failed', {}, new TypeError('x is not a function'))
  })
  expect(JSON.parse(refusal).error).toEqual({ name: 'WaybillError', message: 'the job is locked', code: 'BUSY' })
  expect(JSON.parse(surprise).error.stack[0]).toMatch(/^at /)
})
