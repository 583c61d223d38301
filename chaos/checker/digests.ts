import { createHash } from 'node:crypto'
import { canonicalJson } from '#domain/merkle/canonical.ts'

/** 64 bits: enough to tell the events of one run apart, and small enough to keep for each delivery. */
function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('base64url').slice(0, 11)
}

/** Of what an emitter sends: an event's type and payload. */
export function contentDigest({ type, payload }: { type: string; payload: unknown }): string {
  return digestOf([type, payload])
}

/** Of everything a follower is given: the envelope, member by member, whatever their order. */
export function eventDigest(envelope: unknown): string {
  return digestOf(envelope)
}
