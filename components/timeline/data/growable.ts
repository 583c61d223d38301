/** An append-only list of unsigned 32-bit numbers: 4 bytes each, where an array of a million numbers may cost 16. */
export class GrowableUint32 {
  private items = new Uint32Array(64)
  length = 0

  push(value: number): void {
    if (this.length === this.items.length) {
      const larger = new Uint32Array(this.items.length * 2)
      larger.set(this.items)
      this.items = larger
    }
    this.items[this.length++] = value
  }

  /** 0 where nothing is. */
  at(index: number): number {
    return index < this.length ? (this.items[index] ?? 0) : 0
  }

  /** Index of the last item that is at most `value`, in a list that never decreases; -1 if all are larger. */
  lastAtMost(value: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.items[middle] ?? 0) <= value) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
