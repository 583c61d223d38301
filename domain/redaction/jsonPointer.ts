/** RFC 6901 §3: `~` and `/` in a key would otherwise read as structure. */
export function jsonPointer(segments: readonly string[]): string {
  return segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
