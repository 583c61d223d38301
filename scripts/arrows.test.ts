import { expect, test } from 'vitest'
import { brokenArrows } from '#scripts/arrows.ts'

test.each([
  ['server/journal/append.ts', "import { canonical } from '#domain/merkle/canonical.ts'"],
  ['server/journal/append.ts', "import postgres from 'postgres'"],
  ['server/journal/append.ts', "import { read } from '#server/journal/read.ts'"],
  ['server/live/hub.ts', "import { Redis } from 'ioredis'"],
  ['server/main.ts', "import { openEmbedded } from '#server/embedded/openEmbedded.ts'"],
  ['sdk/client.ts', "import type { AppRouter } from '#server/api/router.ts'"],
  ['components/jobs/Row.tsx', "import type { AppRouter } from '#server/api/router.ts'"],
  ['server/services.ts', "import type { Sql } from 'postgres'"],
  ['server/logger.test.ts', "import { createLogger } from '#server/logger.ts'"],
  ['app/layout.tsx', "import './theme.css'"],
  ['server/live/hub.test.ts', "import { startWaybill } from '#testing/waybill.ts'"],
  ['scripts/x.ts', "import postgres from 'postgres'"],
  ['chaos/main.ts', "import { Redis } from 'ioredis'"],
  ['chaos/checker/main.ts', "import { replay } from '#domain/job/replay.ts'"],
  ['chaos/checker/main.ts', "import postgres from 'postgres'"],
  ['domain/x.ts', "// import { x } from '#db/client.ts'"],
  ['domain/x.ts', "export const type = 'text'\nexport type A = 'b'"],
])('lets %s say %s', (path, text) => {
  expect(brokenArrows(path, text)).toEqual([])
})

test.each([
  ['domain/x.ts', "import { client } from '#db/client.ts'"],
  ['domain/x.ts', "import { readFile } from 'node:fs/promises'"],
  ['db/client.ts', "import { WaybillError } from '#domain/errors.ts'"],
  ['server/journal/append.ts', "import { publish } from '#server/live/publish.ts'"],
  ['server/journal/append.ts', "import { Redis } from 'ioredis'"],
  ['server/live/follow.ts', "import { client } from '#db/client.ts'"],
  ['server/live/follow.ts', "import { sql } from 'drizzle-orm'"],
  ['server/api/jobs.ts', "import postgres from 'postgres'"],
  ['server/http/stream.ts', "import {\n  append,\n} from '#server/journal/append.ts'"],
  ['server/http/stream.ts', "export { append } from '#server/journal/append.ts'"],
  ['server/http/stream.ts', "export * from '#server/journal/append.ts'"],
  ['server/http/stream.ts', "const x = await import('#server/journal/append.ts')"],
  ['server/embedded/x.ts', "import '#server/services.ts'"],
  ['app/page.tsx', "import { append } from '#server/journal/append.ts'"],
  ['sdk/client.ts', "import { router } from '#server/api/router.ts'"],
  ['sdk/client.ts', "import { type AppRouter } from '#server/api/router.ts'"],
  ['cli/main.ts', "import type { AppRouter } from '#server/api/router.ts'"],
  ['components/x.tsx', "import type { Follow } from '#server/live/follow.ts'"],
  ['server/api/x.ts', "import { env } from 'node:process'"],
  ['chaos/checker/main.ts', "import { eventRow } from '#server/journal/eventRow.ts'"],
  ['chaos/checker/main.ts', "import type { Env } from '#server/env.ts'"],
  ['chaos/checker/main.ts', "import { plan } from '#chaos/plan.ts'"],
  ['server/live/hub.test.ts', "import { hub } from '../live/hub.ts'"],
  ['domain/x.ts', "import { y } from './y.ts'"],
])('refuses %s to say %s', (path, text) => {
  expect(brokenArrows(path, text)).toHaveLength(1)
})

test('names file, line and both ends', () => {
  expect(brokenArrows('domain/x.ts', "import { z } from 'zod'\n\nimport { a } from '#db/a.ts'\n")).toEqual([
    'domain/x.ts:3: domain may not import db (#db/a.ts)',
  ])
})

test('refuses a file in a folder that has no arrows', () => {
  expect(brokenArrows('server/misc/x.ts', '')).toEqual([expect.stringContaining('belongs to no part')])
  expect(brokenArrows('server/api/x.ts', "import { x } from '#server/misc/x.ts'")).toHaveLength(1)
})
