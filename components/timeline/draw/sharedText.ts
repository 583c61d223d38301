import { eventAddress } from '#components/timeline/draw/Inspector.tsx'
import { address, type View } from '#components/timeline/layout/address.ts'
import { viewCommands } from '#components/timeline/layout/viewCommands.ts'
import type { Event } from '#domain/events/envelope.ts'

type Shown = { jobId: string; view: View /** the selected one */; event: Event | null }

/**
 * What a key of the group Share copies, and what it is called. The link of an event is its own, unless the address says
 * more of what is shown: a view, a moment, a range of time.
 */
export function sharedText(
  what: 'link' | 'json' | 'curl' | 'cli',
  { jobId, view, event }: Shown,
): { name: string; text: string } {
  const { href, origin, search } = window.location
  const parameters = new URLSearchParams(search)
  const at = address.at.read(parameters.get(address.at.name))
  const saysMore = [...parameters.keys()].some((name) => name !== address.selected.name)
  const shown = { origin, jobId, view, seq: event?.seq ?? null, at }
  switch (what) {
    case 'curl':
      return { name: 'curl command', text: viewCommands(shown).curl }
    case 'cli':
      return { name: 'waybill command', text: viewCommands(shown).cli }
    case 'json':
      if (event) return { name: 'event', text: JSON.stringify(event, null, 2) }
      return { name: 'link', text: href }
    case 'link':
      return { name: 'link', text: event && !saysMore ? eventAddress(event) : href }
  }
}
