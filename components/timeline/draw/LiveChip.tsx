import { ConnectionChip } from '#components/connection/ConnectionChip.tsx'
import { Countdown } from '#components/connection/Countdown.tsx'
import { SilentFor } from '#components/connection/SilentFor.tsx'
import { formatCount } from '#components/format/count.ts'
import type { Connection } from '#components/timeline/data/connection.ts'

type LiveChipProps = {
  connection: Connection
  /** newest seq received */
  head: number
  /** newest seq the server is known to have */
  expected: number
  onRetry: () => void
}

/** How the page's line to the server is. */
export function LiveChip({ connection, head, expected, onRetry }: LiveChipProps) {
  const place = head > 0 ? `Paused at ${formatCount(head)}` : 'Not connected'
  switch (connection.state) {
    case 'connecting':
      return <ConnectionChip tone="quiet">Connecting…</ConnectionChip>
    case 'catching-up':
      return <ConnectionChip tone="quiet">{progress(head, expected, connection.isReturn)}</ConnectionChip>
    case 'live':
      return <ConnectionChip tone="live">Live</ConnectionChip>
    case 'ended':
      return <ConnectionChip tone="quiet">Complete</ConnectionChip>
    case 'refused':
      return null
    case 'silent':
      return (
        <ConnectionChip tone="paused" reason="The server has not been heard for longer than it may." onRetry={onRetry}>
          {place} · <SilentFor heardAt={connection.heardAt} />
        </ConnectionChip>
      )
    case 'waiting':
      return (
        <ConnectionChip tone="paused" reason={connection.reason} onRetry={onRetry}>
          {place} · <Countdown retryAt={connection.retryAt} />
        </ConnectionChip>
      )
  }
}

/** The page was asked by its reader to stand still. */
export function HeldChip({ at, waiting }: { at: number; waiting: number }) {
  return (
    <ConnectionChip tone="held">
      Held at {formatCount(at)}
      {waiting > 0 && <b> +{formatCount(waiting)}</b>}
    </ConnectionChip>
  )
}

function progress(head: number, expected: number, isReturn: boolean): string {
  if (expected <= head) return isReturn ? 'Catching up…' : 'Loading…'
  if (isReturn) return `Behind ${formatCount(expected - head)}`
  return `Loading ${formatCount(head)} of ${formatCount(expected)}`
}
