import { WaybillError } from '#domain/errors.ts'
import { endOfString } from '#domain/events/endOfString.ts'
import { errorPath } from '#domain/events/errorPath.ts'
import { locateOffset } from '#domain/events/locateJson.ts'
import { survivesRoundTrip } from '#domain/events/roundTrip.ts'

/** What is lost once JSON.parse has run: how many members the objects were written with, and how numbers were written. */
export type JsonScan = {
  members: number
  /** the first number that JSON.parse would change, and its offset */
  unsafeNumber: { token: string; at: number } | null
}

const QUOTE = 0x22
const MINUS = 0x2d
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * One pass over the raw text, outside strings. Says nothing about validity, which is JSON.parse's to judge; of invalid
 * text the result means nothing.
 *
 * @throws WaybillError TOO_DEEP, before anything recursive has seen the text
 */
export function scanJson(text: string, maxDepth: number): JsonScan {
  // Sticky expressions have a position, and shared between calls it would be module state.
  const numberToken = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
  let members = 0
  let depth = 0
  let unsafeNumber: JsonScan['unsafeNumber'] = null
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > maxDepth) {
        throw new WaybillError('TOO_DEEP', `The JSON is nested deeper than ${maxDepth} levels.`, {
          details: { path: errorPath(locateOffset(text, at)) },
        })
      }
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--
    } else if (code === COLON) {
      members++
    } else if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) {
      numberToken.lastIndex = at
      const token = numberToken.exec(text)?.[0]
      if (token === undefined) continue
      if (unsafeNumber === null && !survivesRoundTrip(token)) unsafeNumber = { token, at }
      at += token.length - 1
    }
  }
  return { members, unsafeNumber }
}
