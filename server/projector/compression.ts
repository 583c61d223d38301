import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Lines repeat themselves; level 1 gives most of what there is to gain for a third of the time. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/** Room for most chunks at once: a third less work than in Node's pieces of 16 KiB. */
const DECOMPRESSED_BYTES = 128 * 1024

/** zstd (RFC 8878), as the projections keep what is long. */
export function compress(text: string): Buffer {
  return zstdCompressSync(text, { params })
}

export function decompress(bytes: Uint8Array): string {
  return zstdDecompressSync(bytes, { chunkSize: DECOMPRESSED_BYTES }).toString('utf8')
}
