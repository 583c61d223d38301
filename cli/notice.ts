import { plainText } from '#cli/plainText.ts'

/** A line about what the command line itself is doing: on stderr, so that it never mixes with what is piped on. */
export function notice(text: string): void {
  process.stderr.write(`waybill: ${plainText(text, 2000)}\n`)
}
