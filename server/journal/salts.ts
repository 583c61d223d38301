import { randomFillSync } from 'node:crypto'

const SALT_BYTES = 16
/** Drawn at once: a call of the generator costs as much as hundreds of salts do, and most requests need two. */
const POOL_BYTES = 8192

let pool = Buffer.alloc(0)
let used = 0

/** Random bytes for `count` salts, handed out once. */
export function makeSalts(count: number): Buffer {
  const bytes = count * SALT_BYTES
  if (bytes > POOL_BYTES) return randomFillSync(Buffer.allocUnsafe(bytes))
  if (used + bytes > pool.length) {
    // Another buffer, not the same one filled again: what was handed out may still be in use.
    pool = randomFillSync(Buffer.allocUnsafeSlow(POOL_BYTES))
    used = 0
  }
  used += bytes
  return pool.subarray(used - bytes, used)
}

export function saltOf(salts: Buffer, index: number): Buffer {
  return salts.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES)
}
