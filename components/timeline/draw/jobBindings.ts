import type { KeyBinding } from '#components/keys/binding.ts'
import type { BottomTab } from '#components/timeline/draw/BottomPane.tsx'
import type { TimeRangeState } from '#components/timeline/draw/useTimeRange.ts'
import type { View } from '#components/timeline/layout/address.ts'
import type { JumpTarget } from '#components/timeline/layout/jumps.ts'

/** What the job page can be told to do, by key, palette or button. */
export type JobCommands = {
  /** by rows of the pane that has the focus */
  move(by: number): void
  fold(open: boolean): void
  /** by events, whatever the pane */
  step(by: 1 | -1): void
  jump(target: JumpTarget, direction: 1 | -1): void
  nextHit(direction: 1 | -1): void
  /** to what the selected event belongs to, or to what it names as its cause */
  toParent(): void
  toCause(): void
  time: Pick<TimeRangeState, 'zoom' | 'pan'>
  /** to the time of the selected row; the second time, to the whole job */
  fit(): void
  /** draws long silences short, or as long as they were */
  toggleIdle(): void
  changeTimeFormat(): void
  /** to the job as it was so many changes before (after) the moment that is shown */
  travel(by: 1 | -1): void
  toggleFollow(): void
  hold(): void
  share(what: 'link' | 'json' | 'curl' | 'cli'): void
  /** saves a file; asked again meanwhile, stops */
  exportAs(what: 'output' | 'events'): void
  show(view: View): void
  showBottom(tab: BottomTab): void
  toggleWrap(): void
  focusSearch(): void
  showKeys(): void
  /** opens the palette with some text typed */
  showPalette(typed: string): void
  goToJobs(): void
  /** to the neighbour in the list that this tab showed last */
  goToJob(by: 1 | -1): void
  back(): void
}

/** Every key of the job page: the only table of them. */
export function jobBindings(page: JobCommands): KeyBinding[] {
  const { time } = page
  return [
    { group: 'Move', keys: ['j', 'ArrowDown'], label: 'Next row', run: () => page.move(1) },
    { group: 'Move', keys: ['k', 'ArrowUp'], label: 'Previous row', run: () => page.move(-1) },
    { group: 'Move', keys: ['l', 'ArrowRight'], label: 'Expand', run: () => page.fold(true) },
    { group: 'Move', keys: ['h', 'ArrowLeft'], label: 'Collapse, or to the parent', run: () => page.fold(false) },
    { group: 'Move', keys: ['Home'], label: 'First row', run: () => page.move(Number.NEGATIVE_INFINITY) },
    { group: 'Move', keys: ['End'], label: 'Last row', run: () => page.move(Number.POSITIVE_INFINITY) },
    { group: 'Move', keys: ['.'], label: 'Next event', run: () => page.step(1) },
    { group: 'Move', keys: [','], label: 'Previous event', run: () => page.step(-1) },
    { group: 'Move', keys: ['J'], label: 'Next job of the list you came from', run: () => page.goToJob(1) },
    { group: 'Move', keys: ['K'], label: 'Previous job of that list', run: () => page.goToJob(-1) },
    { group: 'Jump', keys: ['e'], label: 'Next failure', run: () => page.jump('failure', 1) },
    { group: 'Jump', keys: ['E'], label: 'Previous failure', run: () => page.jump('failure', -1) },
    { group: 'Jump', keys: ['q'], label: 'Next gate', run: () => page.jump('gate', 1) },
    { group: 'Jump', keys: ['Q'], label: 'Previous gate', run: () => page.jump('gate', -1) },
    { group: 'Jump', keys: ['i'], label: 'Next AI event', run: () => page.jump('ai', 1) },
    { group: 'Jump', keys: ['I'], label: 'Previous AI event', run: () => page.jump('ai', -1) },
    { group: 'Jump', keys: ['o'], label: 'Next artifact', run: () => page.jump('artifact', 1) },
    { group: 'Jump', keys: ['O'], label: 'Previous artifact', run: () => page.jump('artifact', -1) },
    { group: 'Jump', keys: ['n'], label: 'Next search hit', run: () => page.nextHit(1) },
    { group: 'Jump', keys: ['N'], label: 'Previous search hit', run: () => page.nextHit(-1) },
    { group: 'Jump', keys: ['u'], label: 'To the parent', run: page.toParent },
    { group: 'Jump', keys: ['p'], label: 'To the cause', run: page.toCause },
    { group: 'Time', keys: ['w', '+', '='], label: 'Zoom in', run: () => time.zoom(0.6) },
    { group: 'Time', keys: ['s', '-'], label: 'Zoom out', run: () => time.zoom(1 / 0.6) },
    { group: 'Time', keys: ['a'], label: 'Earlier', run: () => time.pan(-0.25) },
    { group: 'Time', keys: ['d'], label: 'Later', run: () => time.pan(0.25) },
    { group: 'Time', keys: ['f'], label: 'Fit the selected row; again: whole job', run: page.fit },
    { group: 'Time', keys: ['z'], label: 'Compress idle time', run: page.toggleIdle },
    { group: 'Time', keys: ['T'], label: 'Times: since start, of day, between lines', run: page.changeTimeFormat },
    { group: 'Time', keys: ['['], label: 'The job one change earlier', run: () => page.travel(-1) },
    { group: 'Time', keys: [']'], label: 'The job one change later', run: () => page.travel(1) },
    { group: 'Live', keys: ['L'], label: 'Follow the end', run: page.toggleFollow },
    { group: 'Live', keys: [' '], label: 'Hold, release', run: page.hold },
    { group: 'Share', keys: ['y'], label: 'Copy link', run: () => page.share('link') },
    { group: 'Share', keys: ['Y'], label: 'Copy event as JSON', run: () => page.share('json') },
    { group: 'Share', keys: ['c'], label: 'Copy this view as curl', run: () => page.share('curl') },
    { group: 'Share', keys: ['C'], label: 'Copy this view as a waybill command', run: () => page.share('cli') },
    { group: 'Share', keys: ['x'], label: 'Export output as text', run: () => page.exportAs('output') },
    { group: 'Share', keys: ['X'], label: 'Export events as JSON lines', run: () => page.exportAs('events') },
    { group: 'View', keys: ['1'], label: 'Split', run: () => page.show('split') },
    { group: 'View', keys: ['2'], label: 'Output', run: () => page.showBottom('output') },
    { group: 'View', keys: ['3'], label: 'Timeline', run: () => page.show('timeline') },
    { group: 'View', keys: ['4'], label: 'AI: models, tools, artifacts', run: () => page.show('ai') },
    { group: 'View', keys: ['5'], label: 'Events', run: () => page.showBottom('events') },
    { group: 'View', keys: ['6'], label: 'Gates by attempt', run: () => page.show('gates') },
    { group: 'View', keys: ['Alt+w'], label: 'Wrap long lines of output', run: page.toggleWrap },
    { group: 'Anywhere', keys: ['Mod+k'], label: 'All commands', run: () => page.showPalette('') },
    { group: 'Anywhere', keys: [':'], label: 'Go to line, event, time, step', run: () => page.showPalette(':') },
    { group: 'Anywhere', keys: ['g j'], label: 'All jobs', run: page.goToJobs },
    { group: 'Anywhere', keys: ['/'], label: 'Search output', run: page.focusSearch },
    { group: 'Anywhere', keys: ['?'], label: 'These keys', run: page.showKeys },
    { group: 'Anywhere', keys: ['Escape'], label: 'One level back', run: page.back },
  ]
}
