import { useCallback, useState } from 'react'
import { useAddressed } from '#components/timeline/draw/useAddressed.ts'
import { address } from '#components/timeline/layout/address.ts'

/** A line of output, counted from 0; a new object goes there again. */
export type Goal = { line: number }

/** The line that a search or the reader went to, kept in the address. */
export function useGoal(): { goal: Goal | null; setGoal: (goal: Goal | null) => void } {
  const [number, setNumber] = useAddressed(address.line)
  const [goal, setState] = useState<Goal | null>(number === null ? null : { line: number - 1 })
  const setGoal = useCallback(
    (next: Goal | null) => {
      setState(next)
      setNumber(next && next.line + 1)
    },
    [setNumber],
  )
  return { goal, setGoal }
}
