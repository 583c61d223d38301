/**
 * What the server's clock says, as far as its answers told. Ages are shown by it: a reader's clock that is an hour wrong
 * must not make a job look silent for an hour.
 */
export class ServerClock {
  /** how far this machine's clock is ahead of the server's, in milliseconds */
  private ahead = 0

  /**
   * @param date the `date` header of an answer that came a moment ago
   * @param now steadyNow()
   */
  hear(date: string | null, now: number): void {
    const ahead = now - Date.parse(date ?? '')
    if (Number.isNaN(ahead)) return
    // The header is cut to the second and travelled: less than two seconds are no difference of clocks.
    this.ahead = Math.abs(ahead) < 2_000 ? 0 : ahead
  }

  /** A moment of steadyNow() as the server's clock has it. */
  at(now: number): number {
    return now - this.ahead
  }
}
