export type TextPart = { text: string; isHit: boolean /** where it begins */; from: number }

/** A text cut at every place where `query` occurs, whatever its case; one part if it does not. */
export function splitHits(text: string, query: string): TextPart[] {
  if (query === '') return [{ text, isHit: false, from: 0 }]
  const lower = text.toLowerCase()
  const needle = query.toLowerCase()
  // "İ" is longer in lower case: places would not fit the text
  if (lower.length !== text.length) return [{ text, isHit: false, from: 0 }]
  const parts: TextPart[] = []
  let from = 0
  for (let at = lower.indexOf(needle); at !== -1; at = lower.indexOf(needle, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), isHit: false, from })
    from = at + needle.length
    parts.push({ text: text.slice(at, from), isHit: true, from: at })
  }
  if (from < text.length) parts.push({ text: text.slice(from), isHit: false, from })
  return parts
}
