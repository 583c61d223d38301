const BEL = 0x07
const BACKSPACE = 0x08
const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const DEL = 0x7f
const ST = 0x9c
const CSI = 0x9b

/** Characters of a sequence after which it is taken for broken: else one stray byte would swallow the rest of the job. */
const LONGEST = 4096

type State = 'text' | 'escape' | 'control' | 'string'

/**
 * Makes recorded output fit for a terminal. It was written by whatever ran in the job, and a terminal obeys what it
 * reads: sequences can retitle it, fill its clipboard, answer into its input, redraw the lines above. So of all escape
 * sequences (ECMA-48 §5) only colours (SGR) stay, and only if `colours`; of control characters only tab, line end,
 * carriage return and backspace. Keeps its place in a sequence that goes on in the next text.
 */
export function createTerminalFilter(colours: boolean): (text: string) => string {
  let state: State = 'text'
  let held = ''

  function step(char: string, code: number): string {
    switch (state) {
      case 'text':
        return stepText(char, code)
      case 'escape':
        return stepEscape(char, code)
      case 'control':
        return stepControl(char, code)
      case 'string':
        return stepString(char, code)
    }
  }

  function stepText(char: string, code: number): string {
    if (code === ESC) return enter('escape', '')
    if (code === CSI) return enter('control', '')
    if (isStringStart(code)) return enter('string', '')
    return isHarmless(code) ? char : ''
  }

  function stepEscape(char: string, code: number): string {
    if (char === '[') return enter('control', '')
    if (isStringStart(code + 0x40)) return enter('string', '')
    // Intermediates (0x20-0x2f) go on, a final character ends it, anything else was no sequence.
    if (code >= 0x20 && code <= 0x2f) return hold(char)
    state = 'text'
    return code >= 0x30 && code < DEL ? '' : stepText(char, code)
  }

  function stepControl(char: string, code: number): string {
    if (code >= 0x20 && code <= 0x3f) return hold(char)
    const isColour = char === 'm' && /^[\d;:]*$/.test(held)
    const sequence = colours && isColour ? `\u001b[${held}m` : ''
    state = 'text'
    return code >= 0x40 && code < DEL ? sequence : stepText(char, code)
  }

  /** OSC, DCS, SOS, PM, APC: up to BEL or ST. A line end inside is a sign that it will never end. */
  function stepString(char: string, code: number): string {
    if (code === ESC) return enter('escape', '')
    if (code === BEL || code === ST || code === CAN || code === SUB) return enter('text', '')
    if (code !== NEWLINE) return hold(char)
    state = 'text'
    return char
  }

  function enter(next: State, result: string): string {
    state = next
    held = ''
    return result
  }

  function hold(char: string): string {
    held += char
    if (held.length > LONGEST) state = 'text'
    return ''
  }

  return (text) => {
    let shown = ''
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (state === 'text' && isHarmless(code)) continue
      shown += text.slice(from, at) + step(text.charAt(at), code)
      from = at + 1
    }
    return shown + text.slice(from)
  }
}

function isHarmless(code: number): boolean {
  if (code < 0x20) return code === NEWLINE || code === RETURN || code === TAB || code === BACKSPACE
  return code < DEL || code > 0x9f
}

/** DCS, SOS, OSC, PM, APC in their one-character form. */
function isStringStart(code: number): boolean {
  return code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)
}
