import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '#server/start/projectRoot.ts'
import { startScript } from '#testing/script.ts'

/** A process that says what it closes; `closing` is the code of the slowest part. */
function startProcess(closing: string, then = '') {
  return startScript(`
    import { createLogger } from '#server/logger.ts'
    import { prepareShutdown } from '#server/start/shutdown.ts'
    import { surviveErrors } from '#server/start/surviveErrors.ts'
    const { opened, begin } = prepareShutdown(console.log)
    surviveErrors(createLogger({ level: 'info' }), () => begin('An unexpected error', 1))
    opened.defer(() => console.log('closed first opened'))
    opened.defer(async () => { ${closing}; console.log('closed last opened') })
    setInterval(() => {}, 1000)
    console.log('running')
    ${then}`)
}

describe('prepareShutdown', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('closes in reverse order on %s and exits with 0', async (signal) => {
    await using script = await startProcess('')
    await script.line('running')
    process.kill(script.pid, signal)
    const { code, output } = await script.ended
    expect(code).toBe(0)
    expect(output).toMatch(/closed last opened\nclosed first opened\nStopped\n$/)
  })

  it('takes a signal that npm repeats at once for one', async () => {
    await using script = await startProcess('await new Promise((resolve) => setTimeout(resolve, 300))')
    await script.line('running')
    process.kill(script.pid, 'SIGINT')
    await script.line('finishing')
    process.kill(script.pid, 'SIGINT')
    expect(await script.ended).toMatchObject({ code: 0, output: expect.stringContaining('Stopped') })
  })

  it('does not wait for anything on a second Ctrl-C', async () => {
    await using script = await startProcess('await new Promise(() => {})')
    await script.line('running')
    process.kill(script.pid, 'SIGINT')
    await sleep(700)
    process.kill(script.pid, 'SIGINT')
    const { code, output } = await script.ended
    expect(code).toBe(130)
    expect(output).not.toContain('closed')
  })

  it('gives up on what does not close, before an orchestrator would', async () => {
    await using script = await startProcess('await new Promise(() => {})')
    await script.line('running')
    process.kill(script.pid, 'SIGTERM')
    const { code, output } = await script.ended
    expect(code).toBe(0)
    expect(output).toContain('Not everything was closed within 13 s')
  })
})

describe('surviveErrors', () => {
  it('goes on after a rejection that nobody handled and a socket that broke, without saying what they held', async () => {
    await using script = await startProcess(
      '',
      `Promise.reject(Object.assign(new Error('secret-1'), { query: 'insert', severity: 'ERROR' }))
      setTimeout(() => { throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) }, 50)
      setTimeout(() => console.log('still here'), 300)`,
    )
    await script.line('still here')
    expect(script.output()).toContain('a promise was rejected and nobody looked')
    expect(script.output()).toContain('a connection failed outside of any request')
    expect(script.output()).not.toContain('secret-1')
  })

  it('does not turn in circles when nobody reads what it writes any more', async () => {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { writeSync } from 'node:fs'
        import { createLogger } from '#server/logger.ts'
        import { surviveErrors } from '#server/start/surviveErrors.ts'
        const log = createLogger({ level: 'info' })
        surviveErrors(log, () => {})
        let uncaught = 0
        process.on('uncaughtExceptionMonitor', () => uncaught++)
        process.stdout.write('running\\n')
        let rounds = 0
        const timer = setInterval(() => {
          log.info('to nobody')
          process.stdout.write('to nobody\\n')
          if (++rounds < 20) return
          clearInterval(timer)
          writeSync(3, String(uncaught))
        }, 10)`,
      ],
      { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
    )
    const [, out, err, report] = child.stdio
    await once(out ?? child, 'data')
    out?.destroy()
    err?.destroy()
    const [uncaught] = await once(report ?? child, 'data')
    expect(String(uncaught)).toBe('0')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends in order, with 1, after an error that nobody has thought of', async () => {
    await using script = await startProcess('', "setTimeout(() => { throw new Error('out of thin air') }, 50)")
    const { code, output } = await script.ended
    expect(code).toBe(1)
    expect(output).toMatch(/closed last opened\nclosed first opened\nStopped/)
  })
})
