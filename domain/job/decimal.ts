/** Adds two non-negative decimals given as text, exactly: costs summed as binary floats drift by cents. */
export function addDecimals(a: string, b: string): string {
  const [wholeA = '0', fractionA = ''] = a.split('.')
  const [wholeB = '0', fractionB = ''] = b.split('.')
  const places = Math.max(fractionA.length, fractionB.length)
  const sum = BigInt(wholeA + fractionA.padEnd(places, '0')) + BigInt(wholeB + fractionB.padEnd(places, '0'))
  if (places === 0) return sum.toString()
  const digits = sum.toString().padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`
}
