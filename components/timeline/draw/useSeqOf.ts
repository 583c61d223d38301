import { useEffect, useState } from 'react'
import type { EventReads } from '#components/timeline/data/eventReads.ts'

type Located = number | 'looking' | 'absent' | 'failed'

/** The seq of an event named by seq or id: an id that is not among those here, which know no output, is asked for. */
export function useSeqOf(ref: string | number, { findSeq, locate }: EventReads): Located {
  const known = findSeq(ref)
  const isAsked = known === null && typeof ref === 'string'
  const [answer, setAnswer] = useState<{ ref: string | number; as: Located } | null>(null)
  useEffect(() => {
    if (!isAsked) return
    let isWanted = true
    locate(ref).then(
      (seq) => isWanted && setAnswer({ ref, as: seq ?? 'absent' }),
      () => isWanted && setAnswer({ ref, as: 'failed' }),
    )
    return () => {
      isWanted = false
    }
  }, [ref, isAsked, locate])
  if (known !== null) return known
  if (!isAsked) return 'absent'
  return answer?.ref === ref ? answer.as : 'looking'
}
