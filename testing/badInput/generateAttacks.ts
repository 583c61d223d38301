import fc from 'fast-check'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { badSeqs, badValues, brokenTexts } from '#testing/badInput/corpus.ts'
import { type Entry, entries, type Names, readRoutes, validInputs } from '#testing/badInput/surface.ts'
import type { Sent } from '#testing/httpDoor.ts'

/** What was done to which request, for the report of a failure, and the request. */
export type Attack = { what: string; sent: Sent }

/**
 * So many requests, the same for the same seed. Each has to be refused by how it is made: a valid one, spoilt in one
 * place, or one that is none at all.
 */
export function* generateAttacks(names: Names, options: { seed: number; count: number }): Generator<Attack> {
  const dice = rollDice(options.seed)
  for (let i = 0; i < options.count; i++) {
    const kind = dice.below(16)
    if (kind < 12) yield spoilRequest(dice, dice.pick(entries), names)
    else if (kind < 14) yield badPosition(dice, names)
    else if (kind < 15) yield unknownJob(dice)
    else yield strangerRequest(dice, names)
  }
}

type Dice = {
  below(limit: number): number
  pick<T>(from: readonly T[]): T
  /** out of a pool that fast-check filled from the same seed: making each anew would take longer than sending it */
  text(): string
  drafts(): object[]
}

function rollDice(seed: number): Dice {
  const pool = { seed, numRuns: 1000 }
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 30 }), pool).map((text) => text.toWellFormed())
  const drafts = fc.sample(arbitraryDraft, pool)
  let state = seed
  // mulberry32
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  const pick = <T>(from: readonly T[]): T => {
    const item = from[below(from.length)]
    if (item === undefined) throw new RangeError('There is nothing to pick from.')
    return item
  }
  return {
    below,
    pick,
    text: () => pick(texts),
    drafts: () => Array.from({ length: 1 + below(3) }, () => pick(drafts)),
  }
}

function spoilRequest(dice: Dice, entry: Entry, names: Names): Attack {
  const valid = validInputs[entry.name]?.(names) ?? {}
  const input = 'events' in valid ? { ...valid, events: dice.drafts() } : valid
  const spoil = dice.pick(entry.isChecked ? [...spoilers, ...shapeSpoilers] : spoilers)
  const { what, text } = spoil(dice, input, entry)
  return { what: `${entry.name}: ${what}`, sent: entry.send(text, names) }
}

type Spoiler = (dice: Dice, input: object, entry: Entry) => { what: string; text: string }

/** What nobody takes, whatever is asked for. */
const spoilers: Spoiler[] = [
  function poisonValue(dice, input) {
    const { path } = dice.pick(nodesOf(input))
    const text = poison(dice)
    return { what: `${text} at ${path.join('/')}`, text: replaceAt(input, path, text) }
  },
  function addMember(dice, input) {
    const { path, value } = dice.pick(nodesOf(input).filter((node) => isObject(node.value)))
    const text = JSON.stringify(value)
    const [first = '__proto__'] = Object.keys(value as object)
    // The first key again, in another way of writing it.
    const member = `${dice.below(2) === 0 ? escaped(first) : dice.pick(badKeys)}:1`
    const rest = text === '{}' ? '}' : `,${text.slice(1)}`
    return { what: `${member} in ${path.join('/')}`, text: replaceAt(input, path, `{${member}${rest}`) }
  },
  function cutOff(dice, input) {
    const text = JSON.stringify(input)
    // Nothing at all is a request without input where the input is a parameter.
    const length = 1 + dice.below(text.length - 1 || 1)
    return { what: `only ${length} characters`, text: text.slice(0, length) }
  },
  function append(dice, input) {
    const tail = dice.pick([',', '}', ']', '{}', 'null', '//', '\u0000', '\ufeff', 'x', '""'])
    return { what: `${JSON.stringify(tail)} behind it`, text: `${JSON.stringify(input)}${tail}` }
  },
  function replace(dice) {
    const short = Object.entries(brokenTexts).filter(([name, text]) => name !== 'nothing' && text.length < 1000)
    const [what, text] = dice.pick(short)
    return { what, text }
  },
]

/** What nobody takes who checks the shape of the input. */
const shapeSpoilers: Spoiler[] = [
  function wrongType(dice, input) {
    const { path, value } = dice.pick(nodesOf(input).filter((node) => !node.isFree))
    // No text, number, list or object that is wanted anywhere; an exit code may be negative, but not a fraction.
    const text = dice.pick(['true', 'false', 'null', '{}', '[]', '[[]]', '-0.5'].filter((it) => !isLike(it, value)))
    return { what: `${text} at ${path.join('/')}`, text: replaceAt(input, path, text) }
  },
  function unknownField(dice, input) {
    const { path, value } = dice.pick(nodesOf(input).filter((node) => isObject(node.value) && !node.isOpen))
    const name = `x_${dice.text()}`.replaceAll('\0', '')
    const text = JSON.stringify({ ...(value as object), [name]: 1 })
    return { what: `${name} in ${path.join('/')}`, text: replaceAt(input, path, text) }
  },
  function tooLong(dice, input, { takes }) {
    const texts = nodesOf(input).filter((node) => typeof node.value === 'string' && !node.isFree)
    const { path } = texts.length > 0 ? dice.pick(texts) : { path: [] }
    const length = takes === 'body' ? 70_000 : 700
    return {
      what: `${length} characters at ${path.join('/')}`,
      text: replaceAt(input, path, `"${'-'.repeat(length)}"`),
    }
  },
]

const badKeys = ['"__proto__"', '"constructor"', '"prototype"', '"\\u005f_proto__"', '"a\\u0000"', '"\\udc00"']

/** JSON that nothing keeps, from the corpus or made up. */
function poison(dice: Dice): string {
  const quoted = () => JSON.stringify(dice.text()).slice(1, -1)
  switch (dice.below(5)) {
    case 0:
      return `${'9'.repeat(16 + dice.below(300))}7`
    case 1:
      return `1e${309 + dice.below(5000)}`
    case 2: {
      const depth = 40 + dice.below(1000)
      return '['.repeat(depth) + ']'.repeat(depth)
    }
    case 3:
      return `"${quoted()}${dice.pick(['\\u0000', '\\ud800', '\\udfff', '\u0001', '\\q'])}x${quoted()}"`
    default:
      return dice.pick(Object.values(badValues))
  }
}

/** A seq parameter of a route that is none. */
function badPosition(dice: Dice, { jobId }: Names): Attack {
  const places = readRoutes.flatMap(({ path, docs: { query = {} } }) =>
    Object.entries(query)
      .filter(([, { schema }]) => schema)
      .map(([name]) => ({ path: path.replace(':jobId', jobId), name })),
  )
  const { path, name } = dice.pick(places)
  const made = dice.pick([
    dice.text(),
    String(-dice.below(1e9)),
    `${dice.below(1e9)}.5`,
    '9'.repeat(16 + dice.below(80)),
  ])
  const value = /^(0|[1-9]\d{0,15})$/.test(made) ? dice.pick(badSeqs) : made
  return {
    what: `${path}: ${name}=${JSON.stringify(value)}`,
    sent: { path: `${path}?${name}=${encodeURIComponent(value)}` },
  }
}

/** A job's id that names none, or none of one's own. */
function unknownJob(dice: Dice): Attack {
  const { path } = dice.pick(readRoutes.filter((route) => route.path.includes(':jobId')))
  const digits = Array.from({ length: 12 }, () => dice.below(16).toString(16)).join('')
  // Dots alone would be a way up in a URL, and the client would take it.
  const value = dice.pick([
    `0190a0b0-0000-7000-8000-${digits}`,
    `0190a0b0-0000-7000-8000-${digits}\n`,
    `x${dice.text()}`,
  ])
  return {
    what: `${path} of ${JSON.stringify(value)}`,
    sent: { path: path.replace(':jobId', encodeURIComponent(value)) },
  }
}

/** Somebody without a key that is worth anything. */
function strangerRequest(dice: Dice, names: Names): Attack {
  const entry = dice.pick(entries.filter(({ name }) => name !== 'POST /api/session'))
  const at = dice.below(names.key.length)
  const almost = `${names.key.slice(0, at)}.${names.key.slice(at + 1)}`
  const key = dice.pick([almost, encodeURIComponent(dice.text()), `wb_0123456789abcdef_${'b'.repeat(43)}`])
  return {
    what: `${entry.name} by ${key}`,
    sent: { ...entry.send(JSON.stringify(validInputs[entry.name]?.(names) ?? {}), names), key },
  }
}

type Node = {
  path: string[]
  value: unknown
  /** any JSON may stand here */
  isFree: boolean
  /** any member may stand in here */
  isOpen: boolean
}

const anyJson = ['arguments', 'result', 'output']
const openRecords = ['inputs', 'labels']

function nodesOf(value: unknown, path: string[] = [], within = false): Node[] {
  const name = path.at(-1) ?? ''
  const isFree = within || anyJson.includes(name)
  const isOpen = isFree || openRecords.includes(name)
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [{ path, value, isFree, isOpen }, ...members.flatMap(([key, item]) => nodesOf(item, [...path, key], isOpen))]
}

const mark = '\u0001here\u0001'

/** The input's JSON with this text in one place. */
function replaceAt(input: unknown, path: readonly string[], text: string): string {
  const put = (value: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return mark
    if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? put(item, rest) : item))
    return { ...(value as object), [key]: put((value as Record<string, unknown>)[key], rest) }
  }
  return JSON.stringify(put(input, path)).replace(JSON.stringify(mark), () => text)
}

/** The same key for a reader of JSON, every character escaped. */
function escaped(key: string): string {
  return `"${[...key.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
}

/** Of the same type as the text's value; a fraction is like nothing that is wanted. */
function isLike(text: string, value: unknown): boolean {
  return text !== '-0.5' && typeOf(JSON.parse(text)) === typeOf(value)
}

function isObject(value: unknown): boolean {
  return typeOf(value) === 'object'
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
