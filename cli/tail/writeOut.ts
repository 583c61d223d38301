import { once } from 'node:events'

/**
 * Writes to standard output no faster than it is read: a pager that waits must not fill our memory. Resolves to false
 * once whoever read it has gone (`waybill tail … | head`), which is no error.
 */
export function openOutput(): (data: string | Uint8Array) => Promise<boolean> {
  const { stdout } = process
  let isOpen = true
  stdout.on('error', () => {
    isOpen = false
    stdout.emit('drain')
  })
  return async (data) => {
    if (isOpen && !stdout.write(data)) await once(stdout, 'drain')
    return isOpen
  }
}
