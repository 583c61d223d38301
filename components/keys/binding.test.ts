import { expect, test } from 'vitest'
import { findBinding, type KeyBinding, keyCaps } from '#components/keys/binding.ts'

const binding = (...keys: string[]): KeyBinding => ({ keys, label: keys.join(), group: 'Move', run: () => {} })

test('finds a key, a sequence of two, and what may begin one', () => {
  const table = [binding('j', 'ArrowDown'), binding('g j'), binding('g k'), binding(' ')]
  expect(findBinding(table, '', 'ArrowDown')).toEqual({ binding: table[0], begins: false })
  expect(findBinding(table, '', 'g')).toEqual({ binding: null, begins: true })
  expect(findBinding(table, 'g', 'k')).toEqual({ binding: table[2], begins: false })
  expect(findBinding(table, 'g', 'x')).toEqual({ binding: null, begins: false })
  expect(findBinding(table, '', ' ').binding).toBe(table[3])
})

test('prints keys as they are named on the keyboard', () => {
  expect(keyCaps('ArrowUp')).toEqual(['↑'])
  expect(keyCaps(' ')).toEqual(['Space'])
  expect(keyCaps('g j')).toEqual(['g', 'j'])
  expect(keyCaps('Mod+k')).toEqual(['Ctrl+K'])
  expect(keyCaps('Mod+k', true)).toEqual(['⌘K'])
  expect([keyCaps('Alt+w'), keyCaps('Alt+w', true)]).toEqual([['Alt+W'], ['⌥W']])
})
