import type { OutputSums } from '#components/timeline/data/outputSums.ts'
import type { Frames } from '#components/timeline/data/readFrames.ts'

/** What the tab that reads a job's stream tells the others. */
export type StreamNews = {
  /** what a chunk of the stream brought; null: nothing, this only says where the stream is */
  frames: Frames | null
  /** the sums before the frames: by them a tab that stands elsewhere knows what of the frames is new to it */
  before: OutputSums
  isLive: boolean
  /** milliseconds since the server was last heard */
  quietMs: number
  /** newest seq that the server is known to have */
  serverHead: number
}

/** `epoch`: the history that is spoken of. Tabs that hold another one have nothing to say to each other. */
export type TabMessage =
  /** a tab is new, and asks where the stream is */
  | { kind: 'hello'; epoch: string }
  | { kind: 'news'; epoch: string; news: StreamNews }
  /** the tab that read the stream does so no more */
  | { kind: 'gone'; epoch: string }

export type Turn = {
  epoch: string
  /** take the turn from whoever has it, who is deaf */
  takesOver: boolean
  onTurn(): void
  /** another tab took it */
  onLost(): void
}

/** The tabs of one browser that show the same job. Of those with the same history one has the turn: it reads the stream. */
export type Tabs = {
  post(message: TabMessage): void
  /** what other tabs post. @returns ends listening */
  listen(onMessage: (message: TabMessage) => void): () => void
  /** Waits for its turn, which comes when the tab that has it is closed or crashes, too. @returns withdraws, or gives it back */
  queue(turn: Turn): () => void
  close(): void
}

/** Raised when what tabs tell each other changes: after an update, tabs of before and after are open side by side. */
const version = 1

type Means = { locks?: LockManager | undefined; Channel?: typeof BroadcastChannel | undefined }

/**
 * @param login which login of the browser the tab belongs to: what one was sent is not for another
 * @returns null where browsers keep tabs apart: a page that comes over plain http from another machine has no locks
 */
export function openTabs(
  jobId: string,
  login: string,
  { locks, Channel }: Means = { locks: globalThis.navigator?.locks, Channel: globalThis.BroadcastChannel },
): Tabs | null {
  if (!locks || !Channel) return null
  const name = `waybill:${version}:${login}:${jobId}`
  const channel = new Channel(name)
  return {
    post: (message) => channel.postMessage(message),
    listen: (onMessage) => {
      const hear = ({ data }: MessageEvent<TabMessage>) => onMessage(data)
      channel.addEventListener('message', hear)
      return () => channel.removeEventListener('message', hear)
    },
    queue: (turn) => takeTurn(locks, `${name}:${turn.epoch}`, turn),
    close: () => channel.close(),
  }
}

function takeTurn(locks: LockManager, name: string, { takesOver, onTurn, onLost }: Turn): () => void {
  const withdrawal = new AbortController()
  let isGranted = false
  let giveBack = () => {}
  const hold = async () => {
    // Granted after all, behind the back of one that had left.
    if (withdrawal.signal.aborted) return
    isGranted = true
    const isOver = new Promise<void>((resolve) => {
      giveBack = resolve
    })
    onTurn()
    await isOver
  }
  // A lock cannot be taken over and waited for at once (Web Locks §4.1).
  const options: LockOptions = takesOver ? { steal: true } : { signal: withdrawal.signal }
  locks.request(name, options, hold).catch(() => {
    if (withdrawal.signal.aborted) return
    if (isGranted) onLost()
    // A browser that has locks and refuses them, as to a page in a sandbox: this tab reads for itself.
    else onTurn()
  })
  return () => {
    withdrawal.abort()
    giveBack()
  }
}
