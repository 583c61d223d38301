import type { ErrorCode } from '#domain/errors.ts'

/**
 * Why a stream ended, however it was followed. `over`: the job is. `left`: its reader is gone, or was reset for not
 * reading. `credential`: the one it was opened with is no longer valid. `age`: it was old, and is taken up again.
 */
export const streamEnds = ['over', 'left', 'credential', 'age', 'shutdown', 'failed'] as const
export type StreamEndReason = (typeof streamEnds)[number]

/** What requests came to, besides what they were for. One object for each server, never one of the module. */
export type RequestCounts = {
  /** refused and failed requests and calls, by the code they were answered with */
  refusals: Map<ErrorCode, number>
  ends: Map<StreamEndReason, number>
  refused(code: ErrorCode): void
  ended(reason: StreamEndReason): void
}

export function newRequestCounts(): RequestCounts {
  const refusals = new Map<ErrorCode, number>()
  const ends = new Map<StreamEndReason, number>(streamEnds.map((reason) => [reason, 0]))
  return {
    refusals,
    ends,
    refused: (code) => void refusals.set(code, (refusals.get(code) ?? 0) + 1),
    ended: (reason) => void ends.set(reason, (ends.get(reason) ?? 0) + 1),
  }
}
