import type { View } from '#components/timeline/layout/address.ts'

type Shown = {
  origin: string
  jobId: string
  view: View
  /** the selected event */
  seq: number | null
  /** the moment the job is shown at */
  at: number | null
}

/** Shell commands that read what the page shows: one for those who have curl, one for those who have the CLI. */
export function viewCommands({ origin, jobId, view, seq, at }: Shown): { curl: string; cli: string } {
  const events = `${origin}/runner-jobs/${jobId}/events`
  const tail = `WAYBILL_URL=${origin} npx waybill tail ${jobId}`
  if (seq !== null) {
    return { curl: curlOf(`${events}?after=${seq - 1}&limit=1`), cli: `${tail} --json --after ${seq - 1} | head -n 1` }
  }
  if (at !== null)
    return { curl: curlOf(`${events}?limit=${Math.min(at, 1000)}`), cli: `${tail} --json | head -n ${at}` }
  switch (view) {
    case 'ai':
    case 'gates': {
      const types = view === 'ai' ? 'ai.*' : 'gate.*'
      return { curl: curlOf(`${events}?types=${types}`), cli: `${tail} --json --types '${types}'` }
    }
    case 'output':
      return { curl: curlOf(`${events}/stream?types=step.output`, '-N '), cli: `${tail} --raw` }
    default:
      return { curl: curlOf(`${events}/stream`, '-N '), cli: tail }
  }
}

function curlOf(url: string, flags = ''): string {
  return `curl ${flags}-H "authorization: Bearer $WAYBILL_KEY" '${url}'`
}
