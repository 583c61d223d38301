import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { passTime, within } from '#chaos/faults/passTime.ts'
import type { Node } from '#chaos/world/node.ts'
import type { FaultProxy, Take } from '#testing/faultProxy.ts'
import type { Direction } from '#testing/tcpProxy.ts'

/** Milliseconds to wait for traffic in which the moment occurs; then the kill happens anyway. */
const PATIENCE_MS = 2000
/** In the parameters of append_events, and in no other statement. */
const append = '"shapeSeq"'

type Moment = {
  wire(node: Node): FaultProxy
  direction: Direction
  pattern: string
  /** what still goes out when the process is killed */
  take(kill: () => void): Take
}

const none = Buffer.alloc(0)

const moments: Record<string, Moment> = {
  'killed before the commit': {
    wire: (node) => node.database,
    direction: 'toServer',
    pattern: append,
    take:
      (kill) =>
      ({ mute }) => {
        mute()
        kill()
        return none
      },
  },
  'killed inside a flush': {
    wire: (node) => node.database,
    direction: 'toServer',
    pattern: append,
    take:
      (kill) =>
      ({ chunk, mute }) => {
        mute()
        kill()
        return chunk.subarray(0, chunk.length >> 1)
      },
  },
  'killed after the commit, before its answer': {
    wire: (node) => node.database,
    direction: 'toServer',
    pattern: append,
    take:
      (kill) =>
      ({ chunk, onAnswer }) => {
        onAnswer(({ mute }) => {
          mute()
          kill()
          return none
        })
        return chunk
      },
  },
  'killed after the commit, before publishing': {
    wire: (node) => node.valkey,
    direction: 'toServer',
    pattern: ':window',
    take:
      (kill) =>
      ({ mute }) => {
        mute()
        kill()
        return none
      },
  },
  'killed inside a frame': {
    wire: (node) => node.clients,
    direction: 'toClient',
    pattern: '\ndata: {',
    take:
      (kill) =>
      ({ chunk, offset, mute }) => {
        mute()
        kill()
        return chunk.subarray(0, offset + Math.floor((chunk.length - offset) / 2))
      },
  },
}

/** F1: kill -9 at a random moment, and at moments told apart by the bytes on the wires. */
export const killServer: Fault[] = [
  { kind: 'F1', name: 'killed at a random moment', run: (scene) => killAndStart(scene, (node) => node.kill()) },
  ...Object.entries(moments).map(([name, moment]): Fault => {
    return { kind: 'F1', name, run: (scene) => killAndStart(scene, (node) => killAt(node, moment)) }
  }),
]

async function killAndStart({ world, random }: Scene, kill: (node: Node) => Promise<void>): Promise<void> {
  const node = random.pick(world.nodes)
  await kill(node)
  await passTime(random, { least: 0, most: 2000 })
  await node.start()
}

async function killAt(node: Node, { wire, direction, pattern, take }: Moment): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const killed: Promise<void>[] = []
  const kill = () => {
    killed.push(node.kill())
    resolve()
  }
  const stop = wire(node).intercept(direction, pattern, take(kill))
  await within(promise, PATIENCE_MS)
  stop()
  await Promise.all([node.kill(), ...killed])
}
