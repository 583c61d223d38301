import { describeRoutes } from '#server/http/openapi.ts'
import type { Route } from '#server/http/route.ts'
import type { Services } from '#server/services.ts'

export async function getOpenapi(routes: readonly Route[], services: () => Promise<Services>): Promise<Response> {
  return Response.json(describeRoutes(routes, (await services()).version))
}
