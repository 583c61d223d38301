import { useCallback, useEffect, useRef, useState } from 'react'
import { useAddressed } from '#components/timeline/draw/useAddressed.ts'
import type { Addressed } from '#components/timeline/layout/address.ts'

/** Browsers refuse more than about a hundred changes of an address in half a minute. */
const paceMs = 400

/** The same for what changes with every turn of a wheel: it holds at once, and the address says so a moment later. */
export function useAddressedSoon<T>(parameter: Addressed<T>): [value: T, set: (next: T) => void] {
  const [inAddress, put] = useAddressed(parameter)
  const [value, setValue] = useState(inAddress)
  const written = useRef(parameter.write(inAddress))
  const latest = useRef(inAddress)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const flush = useCallback(() => {
    written.current = parameter.write(latest.current)
    put(latest.current)
  }, [parameter, put])

  const set = useCallback(
    (wish: T) => {
      // what the address can say, so that the page that is opened from it looks the same
      const next = parameter.read(parameter.write(wish))
      latest.current = next
      setValue(next)
      if (timer.current !== null) return
      flush()
      timer.current = setTimeout(() => {
        timer.current = null
        if (parameter.write(latest.current) !== written.current) flush()
      }, paceMs)
    },
    [parameter, flush],
  )
  useEffect(() => () => clearTimeout(timer.current ?? undefined), [])

  // the reader went to another address of this page
  useEffect(() => {
    const text = new URLSearchParams(window.location.search).get(parameter.name)
    // what is rendered may be behind what was written since
    if (text === written.current || text !== parameter.write(inAddress)) return
    written.current = text
    latest.current = inAddress
    setValue(inAddress)
  }, [parameter, inAddress])
  return [value, set]
}
