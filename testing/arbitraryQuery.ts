import fc from 'fast-check'
import { type Comparison, type Condition, itemStatuses, type Query, searchKinds } from '#domain/search/query.ts'

const amount = fc.oneof(
  fc.nat(100_000),
  fc.nat(400).map((n) => n * 1000),
  fc.nat({ max: 2 ** 40 }),
)
const compare = fc.constantFrom<Comparison[]>('>', '>=', '<', '<=')
const someText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
  fc.string({
    minLength: 1,
    maxLength: 12,
    unit: fc.constantFrom('a', '-', '/', '"', '\\', ':', ' ', 'step', ',', '*', '\n'),
  }),
)
const names = fc.array(someText, { minLength: 1, maxLength: 3 })

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: fc.constantFrom('step' as const, 'tool' as const, 'gate' as const), values: names }),
  fc.record({ field: fc.constant('kind' as const), values: atLeastOne(searchKinds) }),
  fc.record({ field: fc.constant('status' as const), values: atLeastOne(itemStatuses) }),
  fc.record({ field: fc.constant('dur' as const), compare, ms: amount }),
  fc.record({ field: fc.constant('tokens' as const), compare, count: amount }),
  fc
    .tuple(fc.option(fc.nat()), fc.option(fc.nat()))
    .filter(([from, to]) => from !== null || to !== null)
    .filter(([from, to]) => from === null || to === null || from <= to)
    .map(([from, to]) => ({ field: 'seq' as const, from, to })),
  fc.record({ field: fc.constant('text' as const), text: someText }),
  fc.record({
    field: fc.constant('regex' as const),
    source: fc.constantFrom(
      'a',
      'tim(e|ing)',
      '^\\s+[/]',
      '[/ "]+',
      '\\/',
      '-',
      'a b',
      '(?<year>\\d{4})',
      '\\u{1f600}|.',
    ),
    flags: fc.constantFrom('' as const, 'i' as const, 'u' as const, 'iu' as const),
  }),
)

function atLeastOne<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
}

/** Queries that a filter text can say. */
export const anyQuery: fc.Arbitrary<Query> = fc.record({
  terms: fc.array(
    fc.tuple(condition, fc.boolean()).map(([found, negated]) => ({ ...found, negated })),
    { maxLength: 5 },
  ),
})

/** Texts that somebody could type: some are filters, many nearly so. */
export const anyFilter: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'step:',
          'kind:',
          'status:',
          'tool:',
          'gate:',
          'dur:',
          'tokens:',
          'seq:',
          'x:',
          '-',
          '--',
          '"',
          '/',
          '\\',
          ',',
        ],
        ...[
          ' ',
          '\t',
          '>',
          '<=',
          '5s',
          '10k',
          '..',
          '7',
          'ai',
          'failed',
          'a',
          'É',
          '😀',
          '\ud800',
          '(',
          '[',
          ']',
          'iu',
          '*',
          '\n',
        ],
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join('')),
)
