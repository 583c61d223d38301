import type { TimeRange } from '#components/timeline/layout/timeScale.ts'

/** A parameter of the job page's address, and what it means. What cannot be read means what an absent one does. */
export type Addressed<T> = {
  name: string
  read(text: string | null): T
  /** null: the address says nothing of it */
  write(value: T): string | null
}

const views = ['split', 'timeline', 'output', 'event', 'ai', 'gates'] as const

/** Which panes fill the job page. */
export type View = (typeof views)[number]

const seqOf = (name: string): Addressed<number | null> => ({
  name,
  read: (text) => (text !== null && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null),
  write: (seq) => (seq === null ? null : String(seq)),
})

/** Everything of the job page that its address holds: a page that is sent is the page that is seen. */
export const address = {
  /** seq of the selected event */
  selected: seqOf('sel'),
  /** seq at which the job is looked at; null: now */
  at: seqOf('at'),
  /** the filter that the output is searched by */
  query: { name: 'q', read: (text) => text ?? '', write: (query) => query || null } satisfies Addressed<string>,
  /** the line of output that was gone to, counted from 1 */
  line: seqOf('line'),
  /** key of the step's run to whose time the output is narrowed */
  step: { name: 'step', read: (text) => text || null, write: (key) => key } satisfies Addressed<string | null>,
  view: {
    name: 'view',
    read: (text) => views.find((known) => known === text) ?? 'split',
    write: (view) => (view === 'split' ? null : view),
  } satisfies Addressed<View>,
  /** the time that is shown, in milliseconds since the job was created; as seconds in the address: t=61.25-75 */
  time: { name: 't', read: readTime, write: writeTime } satisfies Addressed<TimeRange | null>,
  /** whether silences are drawn short */
  isShort: {
    name: 'z',
    read: (text) => text === '1',
    write: (isShort) => (isShort ? '1' : null),
  } satisfies Addressed<boolean>,
}

const order = Object.values(address).map(({ name }) => name)

/** Puts parameters in one order, whichever was set first: what shows the same is the same address. Others stay in front. */
export function arrange(params: URLSearchParams): void {
  const place = ([name]: [string, string]) => order.indexOf(name)
  const arranged = [...params].sort((one, other) => place(one) - place(other))
  for (const [name] of arranged) params.delete(name)
  for (const [name, value] of arranged) params.append(name, value)
}

function readTime(text: string | null): TimeRange | null {
  const match = /^(\d{1,10}(?:\.\d{1,6})?)-(\d{1,10}(?:\.\d{1,6})?)$/.exec(text ?? '')
  if (!match) return null
  const [from, to] = [Number(match[1]) * 1000, Number(match[2]) * 1000]
  return from < to ? { from, to } : null
}

/** Each end to a four thousandth of the range: no pixel of a chart is narrower. */
function writeTime(range: TimeRange | null): string | null {
  if (range === null) return null
  const digits = Math.min(6, Math.max(0, Math.ceil(Math.log10(4_000_000 / (range.to - range.from)))))
  return [range.from, range.to].map((ms) => Number((Math.max(0, ms) / 1000).toFixed(digits))).join('-')
}
