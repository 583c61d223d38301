/** The first byte keeps a commitment from ever being mistaken for another hash of the same bytes. */
const COMMITMENT_PREFIX = 0x01

/**
 * The bytes whose SHA-256 is an event's commitment: 0x01 ‖ salt ‖ canonical {actor, payload}. The 16 random bytes of
 * salt keep short payloads from being guessed once the content is erased and only the commitment is left.
 *
 * @param actor canonical JSON
 * @param payload canonical JSON
 */
export function commitmentPreimage(salt: Uint8Array, actor: string, payload: string): Uint8Array {
  const content = new TextEncoder().encode(`{"actor":${actor},"payload":${payload}}`)
  const bytes = new Uint8Array(1 + salt.length + content.length)
  bytes[0] = COMMITMENT_PREFIX
  bytes.set(salt, 1)
  bytes.set(content, 1 + salt.length)
  return bytes
}
