import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { copyText } from '#components/copy/copyText.ts'
import { neighbourOf } from '#components/jobs/listTrail.ts'
import type { KeyBinding } from '#components/keys/binding.ts'
import { useKeys } from '#components/keys/useKeys.ts'
import { goTo } from '#components/timeline/data/goTo.ts'
import type { BottomTab } from '#components/timeline/draw/BottomPane.tsx'
import { jobBindings } from '#components/timeline/draw/jobBindings.ts'
import { sharedText } from '#components/timeline/draw/sharedText.ts'
import { useExport } from '#components/timeline/draw/useExport.ts'
import type { Screen } from '#components/timeline/draw/useScreen.ts'
import type { ViewKeys } from '#components/timeline/draw/viewKeys.ts'
import { timeOf } from '#components/timeline/layout/bars.ts'
import { type JumpTarget, jumpTo } from '#components/timeline/layout/jumps.ts'
import { causeOf, parentSeq } from '#components/timeline/layout/kin.ts'
import { nextMoment } from '#components/timeline/layout/moments.ts'
import { formatAfter, timeFormatWords } from '#components/timeline/layout/timeText.ts'

/** What can be done on the job page by key, palette or button. Keys for rows go to the view that fills the page, if one does. */
export function useJobCommands(screen: Screen, say: (text: string) => void) {
  const { timeline, shown, past, time, search, tree, view, selectedSeq, select, show } = screen
  const router = useRouter()
  const [showsKeys, setShowsKeys] = useState(false)
  const [palette, setPalette] = useState<string | null>(null)
  const searchRef = useRef<HTMLInputElement>(null)
  const viewKeys = useRef<ViewKeys>(null)

  const { head } = shown.view
  const within = (seq: number) => Math.max(1, Math.min(head, seq))
  const move = (by: number) => {
    const pane = document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane')
    if (pane === 'output' || pane === 'events') return select(within((selectedSeq ?? 0) + by))
    const at = tree.rows.findIndex((row) => row.node.key === tree.currentKey)
    const next = tree.rows[Math.max(0, Math.min(tree.rows.length - 1, at + by))]
    if (next) select(next.node.seq)
  }
  const fold = (open: boolean) => {
    const row = tree.rows.find((candidate) => candidate.node.key === tree.currentKey)
    if (!row) return
    if (row.expanded === !open) return tree.toggle(row.node.key)
    const parent = tree.rows.find((candidate) => candidate.node.key === row.parentKey)
    if (!open && parent) select(parent.node.seq)
    if (open && row.expanded) move(1)
  }
  const jump = (target: JumpTarget, direction: 1 | -1) => {
    const seq = jumpTo(shown, tree.tree, { target, from: selectedSeq, by: direction })
    if (seq === null) say(`This job has no ${target === 'ai' ? 'AI event' : target}`)
    else select(seq)
  }
  const share = async (what: 'link' | 'json' | 'curl' | 'cli') => {
    const copied = sharedText(what, {
      jobId: timeline.jobId,
      view,
      event: selectedSeq === null ? null : await timeline.loadEvent(selectedSeq).catch(() => null),
    })
    say((await copyText(copied.text)) ? `Copied the ${copied.name}` : 'The browser refused to copy')
  }
  const hold = () => (timeline.heldAt === null ? timeline.hold() : timeline.release())
  const back = () => {
    if (past.at !== null) past.goBackTo(null)
    else if (view !== 'split') show('split')
    else if (time.picked) time.setRange(null)
    else if (selectedSeq !== null) select(null)
  }
  const showBottom = (tab: BottomTab) => {
    screen.setTab(tab)
    show('output')
  }
  const showOutput = () => {
    screen.setTab('output')
    if (view !== 'output') show('split')
  }
  const showLine = (line: number) => {
    showOutput()
    screen.setScopeKey(null)
    screen.goToLine({ line })
  }
  const goToPlace = async (words: string) => {
    const lines = past.at === null ? timeline.lines.total : (past.lines ?? 0)
    const reason = await goTo(timeline, words, { head, lines, toLine: showLine, toSeq: select })
    if (reason !== null) say(reason)
  }
  const focusSearch = () => {
    showOutput()
    // at once, or the next letter goes elsewhere; once more if the box is only now being drawn
    searchRef.current?.focus()
    setTimeout(() => searchRef.current?.focus())
  }

  const toParent = () => {
    const { selected } = screen
    if (selected === null) return say('Nothing is selected')
    const seq = parentSeq(shown, selected, tree.rows, tree.currentKey)
    if (seq === null) say('This is the job itself')
    else select(seq)
  }
  const toCause = async () => {
    const { selected } = screen
    if (selected === null) return say('Nothing is selected')
    const ref = causeOf(shown, selected)
    if (ref === null) return say('This event names no cause')
    const { findSeq, locate } = screen.reads
    const asked = () => (typeof ref === 'string' ? locate(ref).catch(() => null) : null)
    const seq = findSeq(ref) ?? (await asked())
    if (seq === null) say(`Its cause, event ${ref}, is not in this job`)
    else select(seq)
  }
  const changeTimeFormat = () => {
    const next = formatAfter(screen.timeFormat)
    screen.setTimeFormat(next)
    say(`Times: ${timeFormatWords[next]}`)
  }
  const goToJob = (by: 1 | -1) => {
    const id = neighbourOf(timeline.jobId, by)
    // replaced, not pushed: Back leads to the list
    if (id !== null) router.replace(`/jobs/${id}`)
    else
      say(
        by === 1
          ? 'No job after this one in the list you came from'
          : 'No job before this one in the list you came from',
      )
  }

  const bindings: KeyBinding[] = jobBindings({
    move: (by) => (viewKeys.current ?? { move }).move(by),
    fold: (open) => (viewKeys.current ?? { fold }).fold(open),
    step: (by) => select(within((selectedSeq ?? (by > 0 ? 0 : 2)) + by)),
    jump,
    nextHit: search.go,
    toParent,
    toCause: () => void toCause(),
    time,
    fit: () => {
      const row = tree.rows.find((candidate) => candidate.node.key === tree.currentKey)
      time.fit(row ? timeOf(row.node, screen.shownNow) : null)
    },
    toggleIdle: () => {
      if (screen.idle.ms > 0) screen.idle.setShort(!screen.idle.isShort)
      else say('This job has no long silence')
    },
    changeTimeFormat,
    travel: (by) => past.goBackTo(nextMoment(timeline, past.at, by)),
    // in the past nothing comes: what is followed is now
    toggleFollow: () => (past.at === null ? screen.setFollow(!screen.follow) : past.goBackTo(null)),
    hold,
    share: (what) => void share(what),
    show,
    showBottom,
    exportAs: useExport(screen, say),
    toggleWrap: screen.toggleWrap,
    focusSearch,
    showKeys: () => setShowsKeys(true),
    showPalette: setPalette,
    goToJob,
    goToJobs: () => router.push('/'),
    back,
  })
  useKeys(bindings)
  return {
    bindings,
    hold,
    goToPlace,
    changeTimeFormat,
    searchRef,
    viewKeys,
    showsKeys,
    setShowsKeys,
    /** what is typed in the palette when it opens; null: it is closed */
    palette,
    setPalette,
  }
}
