import { useServerClock } from '#components/clock/useServerClock.ts'
import { ConnectionChip } from '#components/connection/ConnectionChip.tsx'
import { Countdown } from '#components/connection/Countdown.tsx'
import { SilentFor } from '#components/connection/SilentFor.tsx'
import { formatSecond } from '#components/format/time.ts'
import type { ListLine } from '#components/jobs/useListLine.ts'

/** Whether the list is current, and if not, as of when it is. */
export function ListChip({ line, onRetry }: { line: ListLine; onRetry: () => void }) {
  const clock = useServerClock()
  const place = (heardAt: number) => (heardAt > 0 ? `Paused at ${formatSecond(clock.at(heardAt))}` : 'Not connected')
  switch (line.state) {
    case 'connecting':
      return <ConnectionChip tone="quiet">Connecting…</ConnectionChip>
    case 'live':
      return <ConnectionChip tone="live">Live</ConnectionChip>
    case 'refused':
      return null
    case 'silent':
      return (
        <ConnectionChip tone="paused" reason="The server has not answered in time." onRetry={onRetry}>
          {place(line.heardAt)} · <SilentFor heardAt={line.heardAt} />
        </ConnectionChip>
      )
    case 'waiting':
      return (
        <ConnectionChip tone="paused" reason={line.reason} onRetry={onRetry}>
          {place(line.heardAt)} · <Countdown retryAt={line.retryAt} />
        </ConnectionChip>
      )
  }
}
