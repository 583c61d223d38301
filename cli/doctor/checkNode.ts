import type { Finding } from '#cli/doctor/finding.ts'

const OLDEST = 20

export function checkNode(): Finding[] {
  const version = process.versions.node
  if (Number(version.split('.')[0]) >= OLDEST) return [{ state: 'well', text: `Node ${version}` }]
  return [{ state: 'wrong', text: `Node ${version} is too old`, fix: `Install Node ${OLDEST} or newer.` }]
}
