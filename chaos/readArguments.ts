import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type FaultKind, faultKinds } from '#chaos/faults/fault.ts'

export type Arguments = {
  seed: number
  minutes: number
  /** null: the usual ones */
  fault: FaultKind | null
  /** null: one to four, as the seed decides */
  servers: number | null
  /** instead of faults: rounds in which every server is restarted, one by one */
  rolling: number | null
}

/** `[--seed N] [--minutes M] [--fault F3] [--servers 2] [--rolling 20]`. @throws Error that says what is wrong */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
      minutes: { type: 'string', default: '2' },
      fault: { type: 'string' },
      servers: { type: 'string' },
      rolling: { type: 'string' },
    },
  })
  const fault = faultKinds.find((kind) => kind === values.fault)
  if (values.fault !== undefined && fault === undefined) {
    throw new Error(`--fault ${values.fault} is unknown; it is one of ${faultKinds.join(', ')}`)
  }
  const servers = values.servers === undefined ? null : readNumber('--servers', values.servers, { least: 1, most: 4 })
  return {
    seed: Math.trunc(readNumber('--seed', values.seed, { least: 0, most: Number.MAX_SAFE_INTEGER })),
    minutes: readNumber('--minutes', values.minutes, { least: 0.1, most: 24 * 60 }),
    fault: fault ?? null,
    servers,
    rolling:
      values.rolling === undefined
        ? null
        : Math.trunc(readNumber('--rolling', values.rolling, { least: 1, most: 10_000 })),
  }
}

function readNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text)
  if (text !== '' && value >= least && value <= most) return value
  throw new Error(`${name} ${text} must be a number from ${least} to ${most}`)
}
