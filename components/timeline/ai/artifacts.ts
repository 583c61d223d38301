import type { AiSource } from '#components/timeline/ai/sessions.ts'
import { safeLink } from '#components/timeline/ansi/safeLink.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Event } from '#domain/events/envelope.ts'

export type Artifact = {
  seq: number
  at: number
  name: string
  mediaType: string
  bytes: number
  sha256: string | null
  /** http and https only */
  href: string | null
  /** who made it: the actor's name */
  maker: string | null
  /** gates that decided on it, or took it as evidence */
  gates: { seq: number; name: string; passed: boolean | null }[]
}

/** An artifact as a card shows it. */
export function artifactOf(source: AiSource, event: Extract<Event, { type: 'ai.artifact_created' }>): Artifact {
  const { name, mediaType, bytes, sha256 = null, uri } = event.payload
  const { actor } = event
  return {
    seq: event.seq,
    at: Date.parse(event.recordedAt),
    name: visibleText(name),
    mediaType: visibleText(mediaType),
    bytes,
    sha256,
    href: uri === undefined ? null : safeLink(uri),
    maker: actor ? visibleText(actor.name ?? actor.userId) : null,
    gates: gatesOf(source, event, sha256),
  }
}

/** A gate consumes an artifact if its subject names the digest, or its evidence names the event. */
function gatesOf(source: AiSource, artifact: Event, sha256: string | null): Artifact['gates'] {
  return [...source.view.gates.values()]
    .filter((gate) => {
      const started = source.eventAt(gate.startedSeq)
      const subject = started?.type === 'gate.started' ? started.payload?.subject : undefined
      if (sha256 !== null && subject?.includes(sha256)) return true
      const ended = gate.endedSeq === null ? null : source.eventAt(gate.endedSeq)
      const evidence = ended?.type === 'gate.passed' || ended?.type === 'gate.failed' ? ended.payload?.evidence : []
      return evidence?.some((ref) => ref === artifact.seq || ref === artifact.id) ?? false
    })
    .map((gate) => ({ seq: gate.endedSeq ?? gate.startedSeq, name: visibleText(gate.name), passed: gate.passed }))
}
