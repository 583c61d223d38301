import { formatCompact } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import type { PhaseCost } from '#components/timeline/ai/phases.ts'
import { sumOfTokens } from '#components/timeline/ai/tokenParts.ts'
import { moneyText } from '#components/timeline/layout/money.ts'

/** What a stretch took: time, tokens, and what the emitter said they cost. What it took none of is left out. */
export function costWords({ ms, tokens, money }: PhaseCost): string[] {
  const spent = sumOfTokens(tokens)
  return [
    ...(ms > 0 ? [formatDuration(ms)] : []),
    ...(spent > 0 ? [`${formatCompact(spent)} ${spent === 1 ? 'token' : 'tokens'}`] : []),
    ...Object.entries(money).map(([currency, amount]) => `est. ${moneyText(amount, currency)}`),
  ]
}
