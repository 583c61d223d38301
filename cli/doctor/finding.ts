import type { CliEnv } from '#cli/env.ts'

/** One thing the doctor saw. `fix` says what to do about it. */
export type Finding = { state: 'well' | 'note' | 'wrong'; text: string; fix?: string }

export type Check = (env: CliEnv) => Promise<Finding[]> | Finding[]
