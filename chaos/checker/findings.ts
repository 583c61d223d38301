import type { Moment } from '#chaos/checker/evidence.ts'

/** What a finding is counted as in the table; `other` has no column and fails the run all the same. */
export type Count = 'lost' | 'duplicated' | 'outOfOrder' | 'holes' | 'other'

export const invariants = {
  I1: 'every acknowledged event is in the journal exactly once, where and as it was acknowledged',
  I2: 'the seqs of a job are 1..n without gap or repeat, and recordedAt never decreases',
  I3: 'what was acknowledged before another was sent stands before it',
  I4: 'a request that was not acknowledged is there whole or not at all, and sending it again tells which',
  I5: 'every follower receives start+1..head, each once, in order, in time',
  I6: 'no byte of one organisation reaches another',
  I7: 'the commitment of an event never changes, and is that of its content',
  I9: 'changes behind the back of the journal are refused',
  I10: 'a window is a contiguous run of the journal, at most 1,000 long, and reaches the head of a followed job',
  I11: 'replaying the journal gives the stored shape and the projected totals',
  alive: 'no server ends without having been told to, and every fault can be healed',
} as const

export type Invariant = keyof typeof invariants

/** One way in which the evidence breaks an invariant. */
export type Finding = {
  invariant: Invariant
  count: Count
  /** what is wrong, with the numbers to look at */
  what: string
  /** what it happened to: a job, a follower, an emitter */
  where: string
  /** null: cannot be told */
  at: Moment | null
}
