/**
 * Puts text on the clipboard. Browsers offer the clipboard to secure pages only; over plain http on another machine the
 * old way through a selection still works.
 *
 * @returns whether it did
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyThroughSelection(text)
  }
}

function copyThroughSelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visuallyHidden'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
