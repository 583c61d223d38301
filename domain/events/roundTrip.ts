const ZERO = 0x30

/**
 * Does a JSON number token mean the same number after JSON.parse and JSON.stringify? 1.50e1 does (15), 2^53+1 becomes its
 * neighbour, 1e400 null, -0 becomes 0.
 */
export function survivesRoundTrip(token: string): boolean {
  // A double keeps 15 significant digits (IEEE 754), so nearly every number is decided here.
  if (token.length <= 15 && token.charCodeAt(0) !== 0x2d && !/[eE]/.test(token)) return true
  return normalDecimal(token) === normalDecimal(String(Number(token)))
}

/** Sign, significant digits and exponent: 1.50e1, 15 and 15.0 are the same number. */
function normalDecimal(token: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)
  if (!match) return token
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = withoutTrailingZeros(digits)
  if (significant === '') return `${sign}0`
  return `${sign}${significant}e${Number(exponent) - fraction.length + (digits.length - significant.length)}`
}

/** By hand: /0+$/ starts anew at every zero, which a number of a million digits turns into minutes. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits.charCodeAt(end - 1) === ZERO) end--
  return digits.slice(0, end)
}
