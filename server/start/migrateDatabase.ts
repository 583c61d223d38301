import { migrate } from '#db/migrate.ts'
import { WaybillError } from '#domain/errors.ts'
import { isLostDatabase } from '#server/errors.ts'

/** SQLSTATE insufficient_privilege */
const FORBIDDEN = '42501'

/**
 * Brings the database to this code's schema.
 *
 * @throws WaybillError DATABASE_UNSUITABLE: a newer Waybill was here, or this user may not make what is needed
 */
export async function migrateDatabase(url: string, onProgress: (line: string) => void): Promise<void> {
  try {
    await migrate({ url, onProgress })
  } catch (error) {
    // lost, not refused: whoever starts the server waits for it
    throw isLostDatabase(error) ? error : explain(error, url)
  }
}

function explain(error: unknown, url: string): WaybillError {
  const { username, pathname } = new URL(url)
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null
  if (code === FORBIDDEN) {
    const database = decodeURIComponent(pathname.slice(1))
    return new WaybillError(
      'DATABASE_UNSUITABLE',
      `User "${username}" may not make what Waybill needs: as a superuser run: ALTER ROLE "${username}" CREATEROLE; GRANT CREATE ON DATABASE "${database}" TO "${username}";`,
      { cause: error },
    )
  }
  const reason = code === null && error instanceof Error ? error.message : `PostgreSQL refused a migration (${code})`
  return new WaybillError('DATABASE_UNSUITABLE', reason, { cause: error })
}
