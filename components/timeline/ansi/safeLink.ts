/**
 * The address of a link found in output or a payload, if following it can only open a web page: `javascript:`, `data:`,
 * `file:` and custom schemes would run or reveal something of the reader's machine.
 */
export function safeLink(uri: string): string | null {
  if (!/^https?:\/\//i.test(uri)) return null
  try {
    const url = new URL(uri)
    // https://bank.example@evil.example reads as the first and opens the second
    return url.username === '' && url.password === '' ? url.href : null
  } catch {
    return null
  }
}
