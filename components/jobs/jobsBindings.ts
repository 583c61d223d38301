import type { KeyBinding } from '#components/keys/binding.ts'

/** What the list of jobs can be told to do. */
export type JobsCommands = {
  move(by: number): void
  filterState(state: 'running' | 'failed' | null): void
  focusSearch(): void
  showNew(): void
  connect(): void
  copyLink(): void
  showKeys(): void
  showPalette(): void
}

/** Every key of the list of jobs: the only table of them. Enter is the link's own. */
export function jobsBindings(page: JobsCommands): KeyBinding[] {
  return [
    { group: 'Move', keys: ['j', 'ArrowDown'], label: 'Next job', run: () => page.move(1) },
    { group: 'Move', keys: ['k', 'ArrowUp'], label: 'Previous job', run: () => page.move(-1) },
    { group: 'View', keys: ['1'], label: 'All jobs', run: () => page.filterState(null) },
    { group: 'View', keys: ['2'], label: 'Running jobs', run: () => page.filterState('running') },
    { group: 'View', keys: ['3'], label: 'Failed jobs', run: () => page.filterState('failed') },
    { group: 'Live', keys: ['n'], label: 'Show new jobs', run: page.showNew },
    { group: 'Share', keys: ['y'], label: 'Copy link', run: page.copyLink },
    { group: 'Anywhere', keys: ['Mod+k'], label: 'All commands', run: page.showPalette },
    { group: 'Anywhere', keys: ['/'], label: 'Filter by text', run: page.focusSearch },
    { group: 'Anywhere', keys: ['g c'], label: 'Connect', run: page.connect },
    { group: 'Anywhere', keys: ['?'], label: 'These keys', run: page.showKeys },
  ]
}
