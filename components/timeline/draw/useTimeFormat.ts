import { useCallback, useState } from 'react'
import { readTimeFormat, type TimeFormat } from '#components/timeline/layout/timeText.ts'

const storageKey = 'waybill-times'

/** How times of lines and events are told: the reader's choice, kept by the browser for every job. */
export function useTimeFormat(): [TimeFormat, (format: TimeFormat) => void] {
  const [format, setFormat] = useState(readStored)
  const choose = useCallback((next: TimeFormat) => {
    setFormat(next)
    try {
      localStorage.setItem(storageKey, next)
    } catch {
      // storage is blocked: the choice lasts as long as the page
    }
  }, [])
  return [format, choose]
}

function readStored(): TimeFormat {
  try {
    return readTimeFormat(localStorage.getItem(storageKey))
  } catch {
    return readTimeFormat(null)
  }
}
