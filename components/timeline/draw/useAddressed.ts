import { useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { type Addressed, arrange } from '#components/timeline/layout/address.ts'

type Change<T> = (before: T) => T

/** A value that is kept in the address, so that the page that is sent is the page that is seen. */
export function useAddressed<T>(parameter: Addressed<T>): [value: T, set: (next: T | Change<T>) => void] {
  const text = useSearchParams().get(parameter.name)
  const value = useMemo(() => parameter.read(text), [parameter, text])
  const set = useCallback(
    (next: T | Change<T>) => {
      const url = new URL(window.location.href)
      const to = isChange(next) ? next(parameter.read(url.searchParams.get(parameter.name))) : next
      const written = parameter.write(to)
      if (written === null) url.searchParams.delete(parameter.name)
      else url.searchParams.set(parameter.name, written)
      arrange(url.searchParams)
      // replaced, not pushed: Back leads to the list, not through every row that was looked at
      if (url.href !== window.location.href) window.history.replaceState(null, '', url)
    },
    [parameter],
  )
  return [value, set]
}

function isChange<T>(next: T | Change<T>): next is Change<T> {
  return typeof next === 'function'
}
