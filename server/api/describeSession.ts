import type { Context } from '#server/api/context.ts'

/** Who the caller is. */
export async function describeSession({ services, principal }: Context) {
  const { userId, orgId, scopes, name } = principal
  return { userId, orgId, orgName: await services.auth.orgName(orgId), scopes, keyName: name }
}
