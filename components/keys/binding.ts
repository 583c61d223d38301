export const bindingGroups = ['Move', 'Jump', 'Time', 'Live', 'Share', 'View', 'Anywhere'] as const

/** One thing a page can do, and the keys that do it: the key sheet, the palette and the keyboard read the same table. */
export type KeyBinding = {
  /**
   * The first is shown. As KeyboardEvent.key has it ("j", "ArrowDown"), two of them one after the other ("g j"), with Ctrl
   * or ⌘ ("Mod+k"), or with Alt ("Alt+w").
   */
  keys: string[]
  label: string
  group: (typeof bindingGroups)[number]
  run: () => void
}

const words: Record<string, string> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** A key as it is printed: "Mod+k" is "⌘K" on a Mac and "Ctrl+K" elsewhere, "Alt+w" "⌥W" and "Alt+W"; "g j" is two caps. */
export function keyCaps(key: string, isMac = false): string[] {
  if (key.startsWith('Mod+')) return [`${isMac ? '⌘' : 'Ctrl+'}${key.slice(4).toUpperCase()}`]
  if (key.startsWith('Alt+')) return [`${isMac ? '⌥' : 'Alt+'}${key.slice(4).toUpperCase()}`]
  return isSequence(key) ? key.split(' ').flatMap((part) => keyCaps(part, isMac)) : [words[key] ?? key]
}

/** A single space is the space bar. */
export function isSequence(key: string): boolean {
  return key.length > 1 && key.includes(' ')
}

/** The binding for a key pressed after `pending` ("" if nothing was), and whether the key may begin a sequence. */
export function findBinding(
  bindings: readonly KeyBinding[],
  pending: string,
  key: string,
): { binding: KeyBinding | null; begins: boolean } {
  const typed = pending === '' ? key : `${pending} ${key}`
  return {
    binding: bindings.find((candidate) => candidate.keys.includes(typed)) ?? null,
    begins: bindings.some((candidate) =>
      candidate.keys.some((known) => isSequence(known) && known.startsWith(`${typed} `)),
    ),
  }
}
