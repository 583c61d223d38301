type Size = { bytes: number }

/** The bounds of what may wait for the server, over all jobs of a client. */
export type Room = {
  /** Is there room, with nobody waiting for it? */
  has(item: Size): boolean
  take(item: Size): void
  /** Resolves, first come first served, once room for the item was taken. */
  wait(item: Size): Promise<void>
  /** Resolves the next time somebody who waited was let in. */
  changed(): Promise<void>
  release(items: readonly Size[]): void
  isHalfFree(): boolean
  events(): number
  bytes(): number
  /** Lets everybody in who waits: nothing is sent any more. */
  open(): void
}

export function openRoom(most: { events: number; bytes: number }): Room {
  const queue: { item: Size; enter(): void }[] = []
  const watchers: (() => void)[] = []
  let events = 0
  let bytes = 0
  // An event larger than all the room must still be able to pass, alone.
  const fits = (item: Size) => events === 0 || (events < most.events && bytes + item.bytes <= most.bytes)

  function take(item: Size): void {
    events++
    bytes += item.bytes
  }

  function admit(mayEnter: (item: Size) => boolean): void {
    let first = queue[0]
    if (!first || !mayEnter(first.item)) return
    for (; first && mayEnter(first.item); first = queue[0]) {
      queue.shift()
      take(first.item)
      first.enter()
    }
    for (const tell of watchers.splice(0)) tell()
  }

  return {
    has: (item) => queue.length === 0 && fits(item),
    take,
    wait: (item) => new Promise((enter) => queue.push({ item, enter })),
    changed: () => new Promise((tell) => watchers.push(tell)),
    release: (items) => {
      events -= items.length
      for (const item of items) bytes -= item.bytes
      admit(fits)
    },
    isHalfFree: () => events <= most.events / 2 && bytes <= most.bytes / 2,
    events: () => events,
    bytes: () => bytes,
    open: () => admit(() => true),
  }
}
