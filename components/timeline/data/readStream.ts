import type { Attempt, Outcome } from '#components/timeline/data/attempt.ts'
import { judgeRefusal } from '#components/timeline/data/judgeRefusal.ts'
import type { OutputSums } from '#components/timeline/data/outputSums.ts'
import { createFrameReader, type Frames } from '#components/timeline/data/readFrames.ts'

export type StreamReading = {
  /** asked before each chunk: whether another tab has the rest */
  isEnough?(): boolean
  onOpen?(): void
  /** what a chunk brought, once it is taken. @param before the sums before it */
  onTaken?(frames: Frames, before: OutputSums): void
}

/** Opens the job's stream after the sink's head and takes what it brings. @throws if the line breaks */
export async function readStream(
  attempt: Attempt,
  { isEnough, onOpen, onTaken }: StreamReading = {},
): Promise<Outcome> {
  const { sink, line } = attempt
  // What was said of the line before says nothing of this one.
  line.told = { state: 'catching-up', isReturn: line.wasLive }
  const response = await attempt.ask('/events/stream?output=counts', {
    // With problems, or the server would hide a refusal in a stream, as it does for an EventSource.
    accept: 'text/event-stream, application/problem+json',
    ...(sink.head > 0 && { 'last-event-id': String(sink.head) }),
  })
  if (response.status === 204) return { kind: 'done' }
  if (!response.ok || !response.body) return judgeRefusal(response, sink)
  attempt.tellServerHead(Number(response.headers.get('waybill-head') ?? 0))
  attempt.tell(line.told)
  onOpen?.()
  const read = createFrameReader()
  const reader = response.body.getReader()
  for (;;) {
    if (isEnough?.()) {
      await reader.cancel()
      return { kind: 'moved' }
    }
    const { done, value } = await reader.read()
    if (done) return { kind: 'again', reason: 'The connection was closed.' }
    attempt.heard()
    const frames = read(value)
    const before = line.sums
    const outcome = attempt.take(frames)
    // What has a hole helps nobody.
    if (outcome?.kind !== 'again') onTaken?.(frames, before)
    if (outcome) return outcome
  }
}
