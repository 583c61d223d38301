import { useNow } from '#components/clock/useNow.ts'

/** How long nothing was heard. @param heardAt steadyNow() of the last sign of life */
export function SilentFor({ heardAt }: { heardAt: number }) {
  const seconds = Math.max(0, Math.floor((useNow(true) - heardAt) / 1000))
  return `silent for ${seconds} s`
}
