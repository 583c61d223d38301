import { createChunker, type OutputStream } from '#cli/run/chunker.ts'
import { WaybillError } from '#domain/errors.ts'
import { outputPiece } from '#sdk/emit/outputPieces.ts'
import type { JobHandle } from '#sdk/handles/job.ts'

/** Records standard input as output of a step while it comes in; a full buffer holds up whoever writes it. */
export async function pipeOutput(job: JobHandle, stepId: string, stream: OutputStream): Promise<void> {
  if (process.stdin.isTTY)
    throw new WaybillError('INVALID_INPUT', '"-" means standard input, which is a terminal: pipe something in.')
  let sent: Promise<unknown> = Promise.resolve()
  const chunker = createChunker(({ bytes }) => {
    sent = job.emit({ type: 'step.output', payload: { stepId, stream, ...outputPiece(bytes) } })
  })
  const timer = setInterval(() => chunker.tick(performance.now()), 50)
  try {
    for await (const data of process.stdin) {
      chunker.write(stream, data as Buffer, performance.now())
      await sent
    }
  } finally {
    clearInterval(timer)
  }
  chunker.end(stream)
  await job.flush()
}
