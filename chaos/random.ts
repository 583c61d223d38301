import { createHash } from 'node:crypto'

/** Decisions that come out the same for the same seed. */
export type Random = {
  /** from 0 up to, not including, 1 */
  next(): number
  /** from least to most, both included */
  int(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
  shuffle<T>(items: readonly T[]): T[]
  /** Another source, which depends on the seed and the name alone and not on how often this one was asked. */
  fork(name: string | number): Random
}

/** sfc32 (PractRand), seeded with SHA-256 of the text. */
export function openRandom(seed: string): Random {
  const hash = createHash('sha256').update(seed).digest()
  let [a, b, c, counter] = [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), 1]
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (from) => from[int(0, from.length - 1)] ?? from[0],
    shuffle: (items) => {
      const left = [...items]
      return items.flatMap(() => left.splice(int(0, left.length - 1), 1))
    },
    fork: (name) => openRandom(`${seed}/${name}`),
  }
}
