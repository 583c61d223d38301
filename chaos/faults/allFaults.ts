import { changeHistory } from '#chaos/faults/changeHistory.ts'
import { cutFollowers } from '#chaos/faults/cutFollowers.ts'
import type { Fault, FaultKind } from '#chaos/faults/fault.ts'
import { hurtNetwork } from '#chaos/faults/hurtNetwork.ts'
import { hurtPostgres } from '#chaos/faults/hurtPostgres.ts'
import { hurtValkey } from '#chaos/faults/hurtValkey.ts'
import { killServer } from '#chaos/faults/killServer.ts'
import { loseWakeUps } from '#chaos/faults/loseWakeUps.ts'
import { manyProcesses } from '#chaos/faults/manyProcesses.ts'

export const allFaults: Fault[] = [
  ...killServer,
  ...hurtPostgres,
  ...hurtValkey,
  ...hurtNetwork,
  ...loseWakeUps,
  ...manyProcesses,
  ...cutFollowers,
  ...changeHistory,
]

/** Those that a run injects unless it is told otherwise; the others take long, or turn the whole machine upside down. */
export const usualKinds: readonly FaultKind[] = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7']
