import { CountsFold } from '#domain/view/countsFrame.ts'
import type { FollowBatch } from '#server/live/live.ts'
import { encodeCounts, encodeEventFrame } from '#server/live/sse.ts'

/** Milliseconds between two frames of counts: twenty a second are as many as anybody sees. */
const PAUSE_MS = 50
/** Characters of frames that are gathered at most before they are handed over. */
const MOST_CHARACTERS = 256 * 1024

const encoder = new TextEncoder()

/**
 * The same events with output and progress told as counts: frames of counts between the other events, so that whatever
 * the last id, what comes after it is neither told twice nor left out. While a reader is behind, or waits between two
 * frames, counts gather: a job that writes a million lines costs it some bytes.
 */
export function countBatches(batches: AsyncIterator<FollowBatch>): AsyncIterator<FollowBatch> {
  const fold = new CountsFold()
  let nextAt = Number.NEGATIVE_INFINITY
  let endPause = () => {}
  let isDone = false

  /** Frames of what is to be told before the pending counts. */
  function framesOf(batch: FollowBatch): string {
    const outputs = batch.outputs()
    let text = ''
    for (const [index, event] of batch.events.entries()) {
      const output = outputs[index]
      if (output) {
        fold.add(output)
        continue
      }
      const counts = fold.take()
      if (counts) text += encodeCounts(counts)
      fold.passed(event)
      text += encodeEventFrame(event)
    }
    return text
  }

  async function gather(): Promise<IteratorResult<FollowBatch>> {
    const until = performance.now() + PAUSE_MS
    let text = ''
    let last: FollowBatch | null = null
    while (!isDone) {
      const { done, value } = await batches.next()
      if (done) {
        isDone = true
        break
      }
      last = value
      text += framesOf(value)
      if (value.caughtUp || text.length > MOST_CHARACTERS || performance.now() > until) break
    }
    if (last === null) return { done: true, value: undefined }
    const counts = fold.take()
    if (counts) {
      text += encodeCounts(counts)
      if (last.caughtUp) nextAt = performance.now() + PAUSE_MS
    }
    const frames = encoder.encode(text)
    return { done: false, value: { ...last, frames: () => frames } }
  }

  return {
    async next() {
      const pause = nextAt - performance.now()
      if (pause > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pause)
          endPause = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return gather()
    },
    async return() {
      endPause()
      await batches.return?.()
      return { done: true, value: undefined }
    },
  }
}
