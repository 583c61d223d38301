import { plainText } from '#domain/ansi/plainText.ts'

/**
 * Who writes groups, and so what ends one: commands (`::group::`, `##[group]`) end with the end that matches, GitLab's
 * sections with the end of their name, Buildkite's headers with the next header.
 */
export type GroupFamily = 'command' | 'section' | 'header'

export type GroupMarker = {
  kind: 'start' | 'end'
  family: GroupFamily
  /** what a section's end names */
  name: string
  /** characters of the line's visible text that are the marker, not the title */
  skip: number
}

/** The raw text of the line so far away; null: it is not known. */
export type Neighbour = (by: -1 | 1 | 2) => string | null

const none: readonly GroupMarker[] = []
const ESC = '\x1b'
/** Before anything costly: whether the line begins as a marker does, colours and blanks aside. */
const mayBegin = new RegExp(`^(?:\\s|${ESC}\\[[\\d;]*[mK])*(?:::|##\\[|---|\\+\\+\\+|~~~)`)
const command = /^\s*(?:::(end)?group::|##\[(end)?group\])/
// GitLab's runner ends one section and begins the next in the same line
const section = new RegExp(`section_(start|end):\\d+:([\\w.-]+)(?:\\[[^\\]\\r]*\\])?\\r${ESC}\\[0K`, 'g')
const header = /^(?:---|\+\+\+|~~~) +(?=\S)/
/** Diffs, go test and rulers begin with the same characters as Buildkite's headers. */
const noTitle = /^(?:[abiwco]\/|\/dev\/null|(?:PASS|FAIL|SKIP|BENCH):)|\t|[-=~+]{3}\s*$/

/**
 * What a line of raw output says of groups: of GitHub Actions and Azure Pipelines (`::group::`, `##[group]`), GitLab CI
 * (`section_start:…`) and Buildkite (`--- title`). Most lines say nothing, and are asked often.
 */
export function readMarkers(line: string, neighbour: Neighbour): readonly GroupMarker[] {
  if (line.includes('section_')) {
    const sections = sectionsOf(line)
    if (sections.length > 0) return sections
  }
  if (!mayBegin.test(line)) return none
  const text = plainText(line)
  const found = command.exec(text)
  if (found) {
    const kind = (found[1] ?? found[2]) === undefined ? 'start' : 'end'
    return [{ kind, family: 'command', name: '', skip: kind === 'end' ? text.length : found[0].length }]
  }
  const dashes = header.exec(text)
  if (!dashes || noTitle.test(text.slice(dashes[0].length)) || isDiff(text, neighbour)) return none
  return [{ kind: 'start', family: 'header', name: '', skip: dashes[0].length }]
}

function sectionsOf(line: string): GroupMarker[] {
  return Array.from(line.matchAll(section), ([, kind, name = '']) => ({
    kind: kind === 'end' ? 'end' : 'start',
    family: 'section',
    name,
    // the runner writes over the marker itself
    skip: 0,
  }))
}

/** `--- old`, `+++ new`, `@@ …` */
function isDiff(text: string, neighbour: Neighbour): boolean {
  const begins = (by: -1 | 1 | 2, with_: string) => plainText(neighbour(by) ?? '').startsWith(with_)
  if (text.startsWith('---')) return begins(1, '+++ ') && begins(2, '@@')
  return text.startsWith('+++') && begins(-1, '--- ') && begins(1, '@@')
}
