import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import { commitmentPreimage } from '#domain/merkle/commitment.ts'

const salt = Uint8Array.from({ length: 16 }, (_, index) => index)
const actor = canonicalJson({ userId: 'ada', kind: 'user' })
const payload = canonicalJson({ stepId: 'build', name: 'Größe' })

test('puts 0x01, the salt and the canonical content behind one another', () => {
  const content = '{"actor":{"kind":"user","userId":"ada"},"payload":{"name":"Größe","stepId":"build"}}'
  const expected = `01000102030405060708090a0b0c0d0e0f${Buffer.from(content).toString('hex')}`
  expect(Buffer.from(commitmentPreimage(salt, actor, payload)).toString('hex')).toBe(expected)
})

test('is itself canonical JSON, so that a verifier can make it from parsed content', () => {
  const content = Buffer.from(commitmentPreimage(salt, actor, payload).subarray(17)).toString()
  expect(content).toBe(canonicalJson(JSON.parse(content)))
})

test('hashes to the recorded vector', () => {
  const commitment = createHash('sha256')
    .update(commitmentPreimage(salt, actor, payload))
    .digest('hex')
  expect(commitment).toBe('e023e0ef2db5951b4ae8f8ca1c3c14022faba0502996ddc7d9e47a2b0cf4052c')
})

test('changes with every part', () => {
  const other = salt.with(0, 0xff)
  const preimages = [
    commitmentPreimage(salt, actor, payload),
    commitmentPreimage(other, actor, payload),
    commitmentPreimage(salt, '{"kind":"user","userId":"eve"}', payload),
    commitmentPreimage(salt, actor, '{}'),
  ]
  expect(new Set(preimages.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(4)
})
