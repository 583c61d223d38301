import { changeHistory } from '#chaos/faults/changeHistory.ts'
import { churn } from '#chaos/faults/churn.ts'
import { cutFollowers } from '#chaos/faults/cutFollowers.ts'
import { drainServer } from '#chaos/faults/drainServer.ts'
import type { Fault, FaultKind } from '#chaos/faults/fault.ts'
import { fillDisk } from '#chaos/faults/fillDisk.ts'
import { hurtNetwork } from '#chaos/faults/hurtNetwork.ts'
import { hurtPostgres } from '#chaos/faults/hurtPostgres.ts'
import { hurtValkey } from '#chaos/faults/hurtValkey.ts'
import { jumpClock } from '#chaos/faults/jumpClock.ts'
import { killServer } from '#chaos/faults/killServer.ts'
import { loseWakeUps } from '#chaos/faults/loseWakeUps.ts'
import { manyProcesses } from '#chaos/faults/manyProcesses.ts'
import { setBack } from '#chaos/faults/setBack.ts'
import { stallReaders } from '#chaos/faults/stallReaders.ts'

export const allFaults: Fault[] = [
  ...killServer,
  ...hurtPostgres,
  ...hurtValkey,
  ...hurtNetwork,
  ...loseWakeUps,
  ...manyProcesses,
  ...cutFollowers,
  ...drainServer,
  ...stallReaders,
  ...churn,
  ...changeHistory,
  ...jumpClock,
  ...fillDisk,
  ...setBack,
]

/** Those that a run injects unless it is told otherwise; the others take long, or turn the whole machine upside down. */
export const usualKinds: readonly FaultKind[] = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7']
