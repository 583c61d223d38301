import type { Sql } from 'postgres'

export async function findOrgName(sql: Sql, orgId: string): Promise<string> {
  const [row] = await sql<{ name: string }[]>`select name from orgs where id = ${orgId}`
  return row?.name ?? ''
}
