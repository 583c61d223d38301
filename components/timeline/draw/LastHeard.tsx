import { formatAge, formatInstant, formatSecond } from '#components/format/time.ts'

type LastHeardProps = {
  /** when the newest event was recorded, in milliseconds by the server's clock */
  at: number
  /** the server's time in milliseconds; null while the line is down: then nobody knows how long ago it is */
  now: number | null
}

/** When a job that is said to run gave its last sign of life, by the server's clock. */
export function LastHeard({ at, now }: LastHeardProps) {
  const iso = new Date(at).toISOString()
  return (
    <time dateTime={iso} title={`Last event recorded ${formatInstant(iso)}`}>
      last heard {now === null ? `at ${formatSecond(at)}` : heardAgo(now - at)}
    </time>
  )
}

function heardAgo(ms: number): string {
  const age = formatAge(ms)
  return age === 'now' ? 'just now' : age
}
