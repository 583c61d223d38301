import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { passTime } from '#chaos/faults/passTime.ts'
import type { FaultProxy } from '#testing/faultProxy.ts'
import type { Shape } from '#testing/pump.ts'

const wires = {
  PostgreSQL: (node: Scene['world']['nodes'][number]) => node.database,
  Valkey: (node: Scene['world']['nodes'][number]) => node.valkey,
}

type Trouble = { name: string; hurt(wire: FaultProxy, scene: Scene): Promise<void> }

const troubles: Trouble[] = [
  {
    name: 'a black hole to',
    hurt: async (wire, { random }) => {
      await shaped(wire, { kind: 'lose' }, () => passTime(random, { least: 500, most: 8000 }))
      // As a firewall that comes back: it knows the old connections no more.
      wire.cut()
    },
  },
  {
    name: 'connections reset to',
    hurt: async (wire, { random }) => {
      wire.refuse(random.chance(0.5))
      for (let round = random.int(1, 6); round > 0; round--) {
        wire.cut()
        await passTime(random, { least: 20, most: 800 })
      }
      wire.refuse(false)
    },
  },
  {
    name: 'seconds of latency to',
    hurt: (wire, { random }) => {
      const ms = random.pick([200, 1000, 5000])
      return shaped(wire, { kind: 'delay', ms }, () => passTime(random, { least: 1000, most: 8000 }))
    },
  },
  {
    name: 'single bytes to',
    hurt: (wire, { random }) => {
      return shaped(wire, { kind: 'slice' }, () => passTime(random, { least: 300, most: 4000 }))
    },
  },
]

/** F4: the wires between a server and its databases. */
export const hurtNetwork: Fault[] = [
  ...Object.entries(wires).flatMap(([to, wireOf]) =>
    troubles.map(
      ({ name, hurt }): Fault => ({
        kind: 'F4',
        name: `${name} ${to}`,
        run: (scene) => hurt(wireOf(scene.random.pick(scene.world.nodes)), scene),
      }),
    ),
  ),
  {
    kind: 'F4',
    name: 'a half-open subscriber',
    run: async ({ world, random }) => {
      const { valkey } = random.pick(world.nodes)
      // What Valkey says is lost on every connection that speaks now, and no connection is told so: the server must notice.
      valkey.shape('toClient', { kind: 'lose' })
      await passTime(random, { least: 500, most: 6000 })
      valkey.shape('toClient', { kind: 'pass' })
    },
  },
]

async function shaped(wire: FaultProxy, shape: Shape, during: () => Promise<void>): Promise<void> {
  wire.shape('toServer', shape)
  wire.shape('toClient', shape)
  await during()
  wire.shape('toServer', { kind: 'pass' })
  wire.shape('toClient', { kind: 'pass' })
}
