/** An amount as it is shown. Amounts are decimal text and stay so: sums are exact, only what is shown is cut. */
export function moneyText(amount: string, currency: string): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  const digits = whole === '0' && /^0/.test(fraction) ? 4 : 2
  return `${whole}.${fraction.slice(0, digits).padEnd(2, '0')} ${currency}`
}
