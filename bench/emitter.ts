import { Agent, request } from 'node:http'
import type { Stage } from '#bench/stage.ts'

/**
 * The leanest tRPC caller there is: one keep-alive connection each, unless told otherwise. The load generator shares the machine's cores with
 * what it measures.
 */
export type Emitter = {
  createJob(requestId: string): Promise<string>
  /** @param body the JSON text of {jobId, events}; @returns the answer's text */
  emit(body: string): Promise<string>
  close(): void
}

export function openEmitter({ server, key }: Pick<Stage, 'server' | 'key'>, connections = 1): Emitter {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })

  function call(procedure: string, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }
      const sent = request(`${server.url}/api/trpc/${procedure}`, { method: 'POST', agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text)
          else reject(new Error(`${procedure} answered ${response.statusCode}: ${text.slice(0, 300)}`))
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  return {
    createJob: async (requestId) => {
      const text = await call('jobs.create', JSON.stringify({ requestId, action: 'bench', inputs: {} }))
      return JSON.parse(text).result.data.id
    },
    emit: (body) => call('events.emit', body),
    close: () => agent.destroy(),
  }
}

/** Drafts of step.output with about 100 bytes of payload each. */
export function outputDrafts(count: number): object[] {
  const text = `${'compiling module '.repeat(3)}ok\n`
  return Array.from({ length: count }, () => ({
    type: 'step.output',
    payload: { stepId: 'build', stream: 'stdout', text },
  }))
}
