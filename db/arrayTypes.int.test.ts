import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseArray, serializeArray } from '#db/arrayTypes.ts'
import { openDatabase } from '#db/client.ts'
import { createTestDatabase } from '#testing/database.ts'

const awkward = ['', 'NULL', 'null', '{}', '"', '\\', '\\"', ',', ' a ', '\n', '😀', "'", '\u2028']

test('arrays of texts survive the way to PostgreSQL and back', async () => {
  await using database = await createTestDatabase()
  const sql = openDatabase({ url: database.url, max: 1 })
  const text = fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: 'binary' }))
  const item = fc.option(
    text.map((value) => value.toWellFormed().replaceAll('\0', '')),
    { nil: null },
  )
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(item), async (items) => {
        const [row] = await sql<{ back: unknown; count: number }[]>`
          select ${items}::text[] as back, cardinality(${items}::text[]) as count`
        expect(row).toEqual({ back: items, count: items.length })
      }),
    )
    const moment = '2026-11-01T12:00:00.000Z'
    const id = '0193a5b0-0000-7000-8000-000000000001'
    const [row] = await sql`
      select ${[1, 2]}::int[] = array[1, 2] as ints, ${[2 ** 53 - 1, null]}::bigint[] = array[9007199254740991, null] as longs,
        ${[moment, null]}::timestamptz[] = array[${moment}::timestamptz, null] as times, ${[id]}::uuid[] = array[${id}::uuid] as ids`
    expect(row).toEqual({ ints: true, longs: true, times: true, ids: true })
  } finally {
    await sql.end()
  }
})

test('the two directions are each other’s inverse without a database too', () => {
  for (const items of [[], awkward, [null], ['a', null, 'b']]) expect(parseArray(serializeArray(items))).toEqual(items)
})
