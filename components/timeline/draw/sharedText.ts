import { eventAddress } from '#components/timeline/draw/Inspector.tsx'
import type { View } from '#components/timeline/draw/useView.ts'
import { viewCommands } from '#components/timeline/layout/viewCommands.ts'
import type { Event } from '#domain/events/envelope.ts'

type Shown = { jobId: string; view: View /** the selected one */; event: Event | null }

/** What a key of the group Share copies, and what it is called. Without a selection the link is the page's address, all that it shows included. */
export function sharedText(
  what: 'link' | 'json' | 'curl' | 'cli',
  { jobId, view, event }: Shown,
): { name: string; text: string } {
  const { href, origin, search } = window.location
  const at = new URLSearchParams(search).get('at')
  const shown = { origin, jobId, view, seq: event?.seq ?? null, at: at === null ? null : Number(at) }
  switch (what) {
    case 'curl':
      return { name: 'curl command', text: viewCommands(shown).curl }
    case 'cli':
      return { name: 'waybill command', text: viewCommands(shown).cli }
    case 'json':
      if (event) return { name: 'event', text: JSON.stringify(event, null, 2) }
      return { name: 'link', text: href }
    case 'link':
      return { name: 'link', text: event ? eventAddress(event) : href }
  }
}
