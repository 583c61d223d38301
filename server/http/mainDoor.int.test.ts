import { openApiServer } from '#testing/apiServer.ts'
import { describeHttpContract } from '#testing/httpContract.ts'
import type { Door } from '#testing/httpDoor.ts'

describeHttpContract('the door that server/main.ts opens', async (): Promise<Door> => {
  const server = await openApiServer()
  const [orgId, otherOrgId] = [await server.newOrg(), await server.newOrg()]
  return {
    url: server.url,
    key: (await server.newKey(orgId)).key,
    readKey: (await server.newKey(orgId, ['read'])).key,
    emitKey: (await server.newKey(orgId, ['emit'])).key,
    foreignKey: (await server.newKey(otherOrgId)).key,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
})
