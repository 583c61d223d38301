import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { buildJob, linesOfSteps, lineText } from '#bench/ui/buildJob.ts'
import type { PageBench } from '#bench/ui/pageBench.ts'

type Jobs = Pick<PageBench, 'stage' | 'say'> & {
  events: number
  /** where the jobs of earlier runs are noted, if their databases were kept */
  dataDir: string | undefined
}

/** The large job, through the public API; one that was built before is taken as it is. @returns its id */
export async function largeJob({ stage, say, events, dataDir }: Jobs): Promise<string> {
  const note = dataDir === undefined ? null : join(dataDir, `bench-${events}-events`)
  const known = note === null ? null : await readFile(note, 'utf8').catch(() => null)
  if (known !== null) return known
  const began = performance.now()
  let told = 0
  const jobId = await buildJob(stage, {
    events,
    onProgress: (built) => {
      if (built - told < 200_000) return
      told = built
      const rate = (built / (performance.now() - began)) * 1000
      say(`recorded ${built.toLocaleString('en')} events, ${Math.round(rate).toLocaleString('en')} a second`)
    },
  })
  if (note !== null) await writeFile(note, jobId)
  return jobId
}

/** The lines of such a job as a search sees them, for grep. */
export async function writeLines(file: string, events: number): Promise<void> {
  const stream = createWriteStream(file)
  for (const lines of linesOfSteps(events)) {
    for (let first = 0; first < lines; first += 10_000) {
      const count = Math.min(10_000, lines - first)
      const text = Array.from({ length: count }, (_, n) => lineText(first + n)).join('')
      if (!stream.write(stripVTControlCharacters(text))) await once(stream, 'drain')
    }
  }
  stream.end()
  await once(stream, 'finish')
}
