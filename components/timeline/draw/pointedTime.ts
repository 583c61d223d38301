/** The moment that the pointer is at, in milliseconds since the epoch, told to all panes; null: at none. */
export class PointedTime {
  private time: number | null = null
  private readonly listeners = new Set<() => void>()

  set(time: number | null): void {
    if (time === this.time) return
    this.time = time
    for (const listener of this.listeners) listener()
  }

  readonly get = (): number | null => this.time

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
