/**
 * Loaded into a server before its own code: each SIGUSR2 sets its clock an hour ahead, then an hour back, then right.
 * PostgreSQL's clock stays: that a machine's clock and the database's differ is the point.
 */
const HOUR_MS = 3_600_000
const jumps = [0, HOUR_MS, -HOUR_MS]
let jump = 0
const TrueDate = Date

globalThis.Date = class extends TrueDate {
  constructor(...given: [] | [string | number | Date]) {
    if (given.length === 0) super(TrueDate.now() + jump)
    else super(...given)
  }

  static override now(): number {
    return TrueDate.now() + jump
  }
} as DateConstructor

process.on('SIGUSR2', () => {
  jump = jumps[(jumps.indexOf(jump) + 1) % jumps.length] ?? 0
})
