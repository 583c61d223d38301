import { eventDigest } from '#chaos/checker/digests.ts'
import type { TranscriptLine } from '#chaos/checker/evidence.ts'
import { now } from '#chaos/clock.ts'

export type Follower = { name: string; orgId: string; jobId: string; steady: boolean }

/** One connection of a follower, as it writes it down. */
export type Connection = {
  follower: Follower
  after: number
  /** greatest seq received */
  last(): number
  isEnded(): boolean
  events(envelopes: readonly { seq: number }[]): void
  end(head: number): void
  /** Its cursor was refused. */
  refused(): void
  close(): void
}

export type Transcripts = {
  open(follower: Follower, after: number): Connection
  probe(line: { follower: string; what: 'foreign job' | 'beyond head'; status: number }): void
  /** connections that are open now */
  openConnections(): Connection[]
  /** Says of all that are open that they stayed until everything was quiet. What they do afterwards is not written down. */
  seal(): void
}

/** @param writeLine takes each line */
export function openTranscripts(writeLine: (line: TranscriptLine) => void): Transcripts {
  let isSealed = false
  const write = (line: TranscriptLine) => {
    if (!isSealed) writeLine(line)
  }
  const open = new Map<Connection, number>()
  let connections = 0
  return {
    open(follower, after) {
      const connection = ++connections
      let last = after
      let ended = false
      const { name, orgId, jobId, steady } = follower
      write({ kind: 'open', connection, follower: name, orgId, jobId, after, steady, at: now() })
      const opened: Connection = {
        follower,
        after,
        last: () => last,
        isEnded: () => ended,
        events: (envelopes) => {
          // What still arrives after it left, it never had: it comes back with what it knew when it left.
          if (envelopes.length === 0 || !open.has(opened)) return
          last = Math.max(last, ...envelopes.map(({ seq }) => seq))
          const events = envelopes.map((envelope): [number, string] => [envelope.seq, eventDigest(envelope)])
          write({ kind: 'events', connection, at: now(), events })
        },
        end: (head) => {
          if (!open.has(opened)) return
          ended = true
          write({ kind: 'end', connection, at: now(), head })
        },
        refused: () => write({ kind: 'refused', connection, at: now() }),
        close: () => {
          if (open.delete(opened)) write({ kind: 'close', connection, at: now() })
        },
      }
      open.set(opened, connection)
      return opened
    },
    probe: (line) => write({ kind: 'probe', ...line, at: now() }),
    openConnections: () => [...open.keys()],
    seal: () => {
      for (const connection of open.values()) write({ kind: 'stayed', connection, at: now() })
      isSealed = true
    },
  }
}
