import { useEffect, useMemo, useRef } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { formatCount } from '#components/format/count.ts'
import type { Theme } from '#components/timeline/ansi/ink.ts'
import { readLine, type Segment } from '#components/timeline/ansi/readLine.ts'
import type { Line } from '#components/timeline/data/openPage.ts'
import { Segments } from '#components/timeline/draw/Segments.tsx'
import styles from './EarlierStates.module.css'

/** A line whose earlier states are looked at, and where on the screen it was asked for. */
export type AskedStates = { line: Line; near: DOMRect }

type EarlierStatesProps = { asked: AskedStates; theme: Theme; onClose: () => void }

/** States that are listed: a bar of a long download has thousands. The event has them all. */
const mostStates = 200

/** What a line showed before it was written over, over the page, until something else is clicked. */
export function EarlierStates({ asked, theme, onClose }: EarlierStatesProps) {
  const { line, near } = asked
  const box = useRef<HTMLDivElement>(null)
  const states = useMemo(() => {
    const all: Segment[][] = []
    readLine(line.text, line.style, (segments) => all.push(segments))
    return all
  }, [line])
  useEffect(() => {
    box.current?.showPopover()
    box.current?.focus()
  }, [])
  const left = Math.max(0, states.length - mostStates)
  const isLow = near.top > window.innerHeight / 2
  const place = isLow ? { bottom: window.innerHeight - near.top + 4 } : { top: near.bottom + 4 }
  return (
    <div
      ref={box}
      popover="auto"
      role="dialog"
      aria-label={`Earlier states of line ${line.line + 1}`}
      className={styles.box}
      style={{ ...place, right: Math.max(8, document.documentElement.clientWidth - near.right) }}
      {...reachable}
      onToggle={(event) => event.newState === 'closed' && onClose()}
    >
      {left > 0 && <p className={styles.left}>The first {formatCount(left)} are left out here; the event has them.</p>}
      <ol className={styles.states} start={left + 1}>
        {states.slice(left).map((segments) => (
          <li key={segments[0]?.at}>
            <Segments segments={segments} theme={theme} ranges={[]} />
          </li>
        ))}
      </ol>
    </div>
  )
}
