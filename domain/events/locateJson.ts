import { endOfString } from '#domain/events/endOfString.ts'

/** An object or array that the walk is inside of, and where in it. */
type Level = { keys: Set<string> | null; key: string; index: number; atKey: boolean }

/** JSON Pointer segments of what begins at this offset. Reads the text anew: only for the message of a refusal. */
export function locateOffset(text: string, offset: number): string[] {
  return walk(text, (at) => at >= offset) ?? []
}

/** JSON Pointer segments of the first key that stands twice in one object; null: there is none. */
export function locateRepeatedKey(text: string): string[] | null {
  return walk(text, (_at, repeats) => repeats)
}

/** The place of the first value or key that is asked for. The text may be invalid after it, not before. */
function walk(text: string, isFault: (at: number, repeats: boolean) => boolean): string[] | null {
  const levels: Level[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    const level = levels.at(-1)
    const end = char === '"' ? endOfString(text, at) : at
    const isKey = char === '"' && level?.atKey === true
    const repeats = isKey && level.keys !== null && enterMember(level, level.keys, text.slice(at, end + 1))
    if (isFault(at, repeats)) return levels.map(({ keys, key, index }) => (keys ? key : String(index)))
    at = end
    if (char === '{') levels.push({ keys: new Set(), key: '', index: 0, atKey: true })
    else if (char === '[') levels.push({ keys: null, key: '', index: 0, atKey: false })
    else if (char === '}' || char === ']') levels.pop()
    else if (char === ',' && level) nextMember(level)
  }
  return null
}

/** @returns whether the object has this key already */
function enterMember(level: Level, keys: Set<string>, token: string): boolean {
  level.key = decodeKey(token)
  level.atKey = false
  const repeats = keys.has(level.key)
  keys.add(level.key)
  return repeats
}

function nextMember(level: Level): void {
  level.index++
  level.atKey = level.keys !== null
}

/** Two keys are the same once their escapes are read. Text that is too deep was not parsed yet, and may hold bad ones. */
function decodeKey(token: string): string {
  try {
    return JSON.parse(token)
  } catch {
    return token.slice(1, -1)
  }
}
