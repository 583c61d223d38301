import { expect, test } from 'vitest'
import { PageCache } from '#components/timeline/data/pageCache.ts'

type Asked = { number: number; answer: (text: string) => void; fail: () => void }

function openCache(more: { most?: number; weighMost?: number } = {}) {
  const asked: Asked[] = []
  let told = 0
  const cache = new PageCache<string>({
    read: (number) =>
      new Promise((resolve, reject) => asked.push({ number, answer: resolve, fail: () => reject(new Error('down')) })),
    changed: () => told++,
    most: more.most ?? 64,
    ...(more.weighMost !== undefined && { weight: { of: (text) => text.length, most: more.weighMost } }),
    wait: async () => {},
  })
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return { cache, asked, settle, told: () => told }
}

test('reads what is wanted last, not all that was wanted on the way', async () => {
  const { cache, asked, settle } = openCache()
  for (let page = 0; page < 1000; page++) cache.want([page])
  expect(asked.map(({ number }) => number)).toEqual([0, 1, 2, 3])
  for (const each of asked.slice(0, 4)) each.answer('x')
  await settle()
  expect(asked.map(({ number }) => number)).toEqual([0, 1, 2, 3, 999])
})

test('asks once for a page that is on its way', async () => {
  const { cache, asked } = openCache()
  cache.want([7, 8])
  cache.want([7])
  const both = Promise.all([cache.read(7), cache.load(7, () => true)])
  expect(asked.map(({ number }) => number)).toEqual([7, 8])
  asked[0]?.answer('seven')
  expect(await both).toEqual(['seven', 'seven'])
})

test('shows the old page until the new one is here', async () => {
  const { cache, asked, settle, told } = openCache()
  cache.want([1])
  asked[0]?.answer('old')
  await settle()
  cache.want([1])
  expect(cache.peek(1)).toBe('old')
  asked[1]?.answer('new')
  await settle()
  expect([cache.peek(1), told()]).toEqual(['new', 2])
})

test('forgets what was looked at longest ago, by number and by size', async () => {
  const { cache, asked, settle } = openCache({ most: 3, weighMost: 10 })
  const take = async (page: number, text: string) => {
    cache.want([page])
    asked.at(-1)?.answer(text)
    await settle()
  }
  for (const page of [1, 2, 3]) await take(page, 'abc')
  cache.peek(1)
  await take(4, 'a')
  expect([1, 2, 3, 4].map((page) => cache.peek(page))).toEqual(['abc', null, 'abc', 'a'])
  await take(5, 'abcdefgh')
  expect([1, 3, 4, 5].map((page) => cache.peek(page))).toEqual([null, null, 'a', 'abcdefgh'])
})

test('tells the one who loads of a failure, and asks again when wanted again', async () => {
  const { cache, asked, settle } = openCache()
  const load = cache.load(2, () => true)
  asked[0]?.fail()
  await expect(load).rejects.toThrow('down')
  await settle()
  cache.want([2])
  asked[1]?.answer('two')
  await settle()
  expect(cache.peek(2)).toBe('two')
})

test('takes nothing in that was asked for before it was cleared', async () => {
  const { cache, asked, settle } = openCache()
  cache.want([1])
  cache.clear()
  asked[0]?.answer('of another history')
  await settle()
  expect(cache.peek(1)).toBeNull()
})
