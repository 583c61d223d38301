import { useNow } from '#components/clock/useNow.ts'

/** "reconnecting in 3 s", then "reconnecting…". @param retryAt steadyNow() of the next try */
export function Countdown({ retryAt }: { retryAt: number }) {
  const seconds = Math.ceil((retryAt - useNow(true)) / 1000)
  return seconds > 0 ? `reconnecting in ${seconds} s` : 'reconnecting…'
}
