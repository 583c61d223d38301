import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ErrorCode } from '#domain/errors.ts'
import { errorTable } from '#server/errors.ts'
import { refusals } from '#testing/httpRefusals.ts'

/** Refusals that one request to record events cannot show, and the test that shows them over HTTP. */
const shownBy: Partial<Record<ErrorCode, string>> = {
  REQUEST_ID_REUSED: 'testing/httpContract.ts',
  CURSOR_AHEAD: 'testing/httpContract.ts',
  METHOD_NOT_ALLOWED: 'testing/httpContract.ts',
  ORIGIN_REFUSED: 'testing/httpContract.ts',
  LOGIN_TOKEN_INVALID: 'testing/httpContract.ts',
  UNAUTHENTICATED: 'server/http/access.int.test.ts',
  FORBIDDEN: 'server/http/access.int.test.ts',
  NOT_FOUND: 'server/http/access.int.test.ts',
  BODY_INCOMPLETE: 'server/http/surroundings.int.test.ts',
  UNAVAILABLE: 'server/http/surroundings.int.test.ts',
  TOO_MANY_PARTS: 'server/http/fullJob.int.test.ts',
  BUSY: 'server/http/fullJob.int.test.ts',
  TOO_MANY_STREAMS: 'server/http/manyStreams.int.test.ts',
  INVALID_QUERY: 'server/http/search.int.test.ts',
  SEARCH_TOO_SLOW: 'server/http/search.int.test.ts',
  TOO_MANY_SEARCHES: 'server/http/search.int.test.ts',
}

/** What ends a start, stays in a client, or is nobody's fault but ours. */
const neverAnswered: ErrorCode[] = [
  'BAD_SETTING',
  'DATA_DIR_IN_USE',
  'DATA_DIR_UNUSABLE',
  'PORT_IN_USE',
  'DATABASE_UNREACHABLE',
  'DATABASE_UNSUITABLE',
  'VALKEY_UNSUITABLE',
  'SERVER_UNREACHABLE',
  'BUFFER_FULL',
  'INTERNAL',
]

test('every code that a request can be refused with has a test over HTTP', () => {
  const shown = new Set([...refusals.map(({ code }) => code), ...Object.keys(shownBy), ...neverAnswered])
  expect([...shown].sort()).toEqual(Object.keys(errorTable).sort())
  for (const [code, path] of Object.entries(shownBy)) {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), `${path} shows ${code}`).toContain(
      `'${code}'`,
    )
  }
})
