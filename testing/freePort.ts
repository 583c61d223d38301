export { freePort } from '#server/embedded/freePort.ts'
