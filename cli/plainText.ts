/**
 * Text of somebody else's, made fit for one line of a terminal: no control character can move the cursor, change the
 * title or forge a line, no bidirectional override can turn what is read around.
 */
export function plainText(text: string, most = 500): string {
  const plain = text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).toWellFormed()}…`
}
