import { namesSecret } from '#domain/redaction/secretKeys.ts'

const MASK = '[redacted:secret-key]'

/**
 * A command line as it may be recorded: values whose name says that they are secret are replaced, in every usual
 * spelling (`--token=x`, `--token x`, `TOKEN=x`, `-H 'Authorization: x'`, `https://user:x@host`). What a name does not
 * give away stays: give secrets to commands through their environment or a file.
 */
export function maskArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const before = args[index - 1] ?? ''
    const isValueOf = /^--?[A-Za-z][\w-]*$/.test(before) && isSecret(before, arg) && !arg.startsWith('-')
    return isValueOf ? MASK : maskInside(arg)
  })
}

function maskInside(arg: string): string {
  return arg
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi, `$1${MASK}@`)
    .replace(/^([\w-]+):\s*(\S.*)$/s, (whole, name: string, value: string) =>
      isSecret(name, value) ? `${name}: ${MASK}` : whole,
    )
    .replace(/([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|[^\s"'&]+)/g, (whole, name: string, value: string) =>
      isSecret(name, value) ? `${name}=${MASK}` : whole,
    )
}

/** `--max-tokens 5` is a number to namesSecret, and no secret. */
function isSecret(name: string, value: string): boolean {
  return namesSecret(name, /^\d+$/.test(value) ? Number(value) : value)
}
