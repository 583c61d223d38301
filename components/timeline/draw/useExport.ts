import { useEffect, useRef } from 'react'
import { type Exported, exportEvents, exportOutput } from '#components/timeline/data/exportJob.ts'
import { httpReads } from '#components/timeline/data/jobReads.ts'
import type { Screen } from '#components/timeline/draw/useScreen.ts'

const sayMs = 1_000

/** Saves output or events of the job, up to the moment that is looked at, as a file. Asked again meanwhile, it stops. */
export function useExport(screen: Screen, say: (text: string) => void): (what: 'output' | 'events') => void {
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  return (what) => {
    if (running.current) {
      running.current.abort()
      running.current = null
      return say('Export stopped')
    }
    const { timeline, past, job } = screen
    const total = past.at === null ? timeline.lines.total : (past.lines ?? 0)
    if (what === 'output' && total === 0) return say('There is no output to export')
    const reads = httpReads(timeline.jobId)
    const pieces =
      what === 'output'
        ? exportOutput(timeline.lines.scan(0, total), total, reads)
        : exportEvents(reads, past.at ?? job.head)
    const controller = new AbortController()
    running.current = controller
    const file = `waybill-${timeline.jobId}-${what}.${what === 'output' ? 'txt' : 'jsonl'}`
    collect(pieces, controller.signal, (part) => say(`Exporting ${what}: ${Math.floor(part * 100)} %`)).then(
      (blob) => {
        if (controller.signal.aborted) return
        running.current = null
        save(file, blob)
        say(`Saved ${file}`)
      },
      () => {
        if (running.current === controller) running.current = null
        say('The server does not answer; nothing was exported')
      },
    )
  }
}

/** Each piece becomes a Blob at once: browsers keep those outside of the page's memory. */
async function collect(
  pieces: AsyncIterable<Exported>,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<Blob> {
  const blobs: Blob[] = []
  let said = Date.now()
  for await (const { text, part } of pieces) {
    if (signal.aborted) break
    blobs.push(new Blob([text]))
    if (Date.now() - said < sayMs) continue
    said = Date.now()
    progress(part)
  }
  return new Blob(blobs, { type: 'text/plain' })
}

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
