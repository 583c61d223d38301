type Manifest = Record<string, unknown> & { dependencies: Record<string, string> }

/** What the package says of itself; the rest of package.json is about the clone. */
const published = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'author',
  'homepage',
  'bugs',
  'repository',
  'type',
  'engines',
  'bin',
  'exports',
  'files',
] as const

/**
 * package.json as it is published: only the packages that the SDK and the command line need. The server is run from a
 * clone or an image, so its packages (Next, a whole PostgreSQL, a Node of its own) must not land in the node_modules of
 * everyone who records a job.
 */
export function packedManifest(manifest: Manifest, needed: ReadonlySet<string>): Record<string, unknown> {
  const dependencies: Record<string, string> = {}
  for (const name of [...needed].sort()) {
    const version = manifest.dependencies[name]
    if (version === undefined) throw new Error(`dist/ imports ${name}, which is not in dependencies; add it there.`)
    // A range: pinned versions of ours would end up beside the newer ones of whoever installs us.
    dependencies[name] = `^${version}`
  }
  const kept = Object.fromEntries(published.flatMap((key) => (key in manifest ? [[key, manifest[key]]] : [])))
  return { ...kept, dependencies }
}
