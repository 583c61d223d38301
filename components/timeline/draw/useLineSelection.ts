import { type ClipboardEvent, type RefObject, useEffect, useState } from 'react'
import { copyText } from '#components/copy/copyText.ts'
import { countOf, formatCount } from '#components/format/count.ts'
import type { Lines } from '#components/timeline/data/lines.ts'
import { plainText } from '#domain/ansi/plainText.ts'

/** The lines in which the reader's selection begins and ends. They stay in the document, or the selection would go with them. */
export type PinnedLines = { first: number; last: number }

export type LineSelection = {
  pinned: PinnedLines | null
  /** copies what is selected, also what is not in the document */
  onCopy: (event: ClipboardEvent) => void
}

const mostCopied = 100_000

/** Keeps a selection of text in lines whose rows come and go. Rows carry their line in `data-line`. */
export function useLineSelection(
  pane: RefObject<HTMLElement | null>,
  lines: Lines,
  say: (text: string) => void,
): LineSelection {
  const [pinned, setPinned] = useState<PinnedLines | null>(null)
  useEffect(() => {
    const onChange = () => {
      const next = linesOf(pane.current, document.getSelection())
      setPinned((before) => (before?.first === next?.first && before?.last === next?.last ? before : next))
    }
    document.addEventListener('selectionchange', onChange)
    return () => document.removeEventListener('selectionchange', onChange)
  }, [pane])
  const onCopy = (event: ClipboardEvent) => {
    const selection = document.getSelection()
    if (!pinned || !selection || pinned.last === pinned.first) return
    const mounted = pane.current?.querySelectorAll('[data-line]').length ?? 0
    const count = pinned.last - pinned.first + 1
    if (count <= mounted && hasAll(pane.current, pinned)) return
    event.preventDefault()
    if (count > mostCopied) {
      say(`A copy may have ${formatCount(mostCopied)} lines; ${formatCount(count)} are selected.`)
      return
    }
    const ends = endsOf(pane.current, pinned, selection.getRangeAt(0))
    lines
      .texts(pinned.first + 1, pinned.last)
      .then((texts) => copyText([ends.first, ...texts.map(plainText), ends.last].join('\n')))
      .then(
        (done) => say(done ? `Copied ${countOf(count, 'line')}` : 'The browser refused to copy'),
        () => say('The server does not answer; nothing was copied'),
      )
  }
  return { pinned, onCopy }
}

function linesOf(pane: HTMLElement | null, selection: Selection | null): PinnedLines | null {
  if (!pane || !selection || selection.isCollapsed) return null
  const anchor = lineOf(pane, selection.anchorNode)
  const focus = lineOf(pane, selection.focusNode)
  if (anchor === null || focus === null) return null
  return { first: Math.min(anchor, focus), last: Math.max(anchor, focus) }
}

function lineOf(pane: HTMLElement, node: Node | null): number | null {
  if (!node || !pane.contains(node)) return null
  const element = node instanceof Element ? node : node.parentElement
  const line = element?.closest('[data-line]')?.getAttribute('data-line')
  return line == null ? null : Number(line)
}

function rowOf(pane: HTMLElement | null, line: number): Element | null {
  return pane?.querySelector(`[data-line="${line}"]`) ?? null
}

function hasAll(pane: HTMLElement | null, { first, last }: PinnedLines): boolean {
  for (let line = first; line <= last; line++) if (!rowOf(pane, line)) return false
  return true
}

/** What is selected of the first and of the last line. */
function endsOf(pane: HTMLElement | null, { first, last }: PinnedLines, range: Range): { first: string; last: string } {
  const before = rowOf(pane, first)?.querySelector('[data-text]')
  const after = rowOf(pane, last)?.querySelector('[data-text]')
  return {
    first: before ? textBetween(before, { from: [range.startContainer, range.startOffset] }) : '',
    last: after ? textBetween(after, { to: [range.endContainer, range.endOffset] }) : '',
  }
}

type Point = [Node, number]

function textBetween(element: Element, { from, to }: { from?: Point; to?: Point }): string {
  const range = document.createRange()
  range.selectNodeContents(element)
  if (from && element.contains(from[0])) range.setStart(...from)
  if (to && element.contains(to[0])) range.setEnd(...to)
  return range.toString()
}
