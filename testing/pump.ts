import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'

/** How bytes travel: as they come, not at all, late, or one by one. */
export type Shape = { kind: 'pass' } | { kind: 'lose' } | { kind: 'delay'; ms: number } | { kind: 'slice' }

export type PumpOptions = {
  from: Socket
  to: Socket
  /** asked for each piece */
  shape(): Shape
  /** what goes on of a piece */
  pass(chunk: Buffer): Buffer
}

/** Bytes that may wait; beyond it the sender is held up, as by a full socket. */
const MAX_QUEUED = 1024 * 1024
/** Single bytes of one piece; the rest goes out together, or a megabyte would take minutes. */
const SINGLE_BYTES = 2000

/** Carries one direction of a connection. What a shape loses stays lost: the connection is out of step afterwards. */
export function openPump({ from, to, shape, pass }: PumpOptions): void {
  const queue: { bytes: Buffer; due: number; isSliced: boolean }[] = []
  let queued = 0
  let isDraining = false
  let isEnded = false
  let isLost = false

  async function drain(): Promise<void> {
    if (isDraining) return
    isDraining = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const wait = next.due - performance.now()
      if (wait > 0) await sleep(wait)
      await send(next.bytes, next.isSliced)
      queued -= next.bytes.length
      if (queued < MAX_QUEUED) from.resume()
    }
    isDraining = false
    if (isEnded && !isLost) to.end()
  }

  async function send(bytes: Buffer, isSliced: boolean): Promise<void> {
    let rest = bytes
    for (let sent = 0; isSliced && sent < SINGLE_BYTES && rest.length > 0; sent++) {
      to.write(rest.subarray(0, 1))
      rest = rest.subarray(1)
      await turn()
    }
    if (rest.length === 0 || to.destroyed || to.write(rest)) return
    await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {})
  }

  from.on('data', (chunk: Buffer) => {
    const now = shape()
    if (now.kind === 'lose') isLost = true
    if (isLost) return
    const bytes = pass(chunk)
    if (bytes.length === 0) return
    queue.push({
      bytes,
      due: performance.now() + (now.kind === 'delay' ? now.ms : 0),
      isSliced: now.kind === 'slice',
    })
    queued += bytes.length
    if (queued > MAX_QUEUED) from.pause()
    void drain()
  })
  from.on('end', () => {
    isEnded = true
    if (!isDraining && !isLost) to.end()
  })
}
