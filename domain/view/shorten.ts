/**
 * A JSON value, or a beginning of it that is about `room` characters long and of the same kind: the first characters of a
 * text, the first items of a list, the first members of an object. What fits is returned itself.
 */
export function shorten<T>(value: T, room: number): T
export function shorten(value: unknown, room: number): unknown {
  if (typeof value === 'string') return value.length <= room ? value : `${beginning(value, room)}…`
  if (typeof value !== 'object' || value === null || JSON.stringify(value).length <= room) return value
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (let left = room, at = 0; at < value.length && left > 0; at++) {
      const item = shorten(value[at], left)
      items.push(item)
      left -= JSON.stringify(item).length + 1
    }
    return items
  }
  const members: [string, unknown][] = []
  let left = room
  for (const [key, member] of Object.entries(value)) {
    left -= key.length
    if (left <= 0) break
    const short = shorten(member, left)
    members.push([key, short])
    left -= JSON.stringify(short).length + 1
  }
  return Object.fromEntries(members)
}

/** Never half of a surrogate pair. */
export function beginning(text: string, characters: number): string {
  const isHigh = (text.charCodeAt(characters - 1) & 0xfc00) === 0xd800
  return text.slice(0, isHigh ? characters - 1 : characters)
}
