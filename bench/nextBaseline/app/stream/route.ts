/** How a Next route handler streams if nothing more is thought of: one chunk an event. No part of the product. */

const encoder = new TextEncoder()
const open = encoder.encode(': open\n\n')
let controllers: ReadableStreamDefaultController<Uint8Array>[] = []

export const dynamic = 'force-dynamic'

export function GET(): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controllers.push(controller)
      controller.enqueue(open)
    },
  })
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
  })
}

/** Takes batches of frames: [["id: 1\n…", …], …]. Each batch is news of its own, as if it had just been recorded. */
export async function POST(request: Request): Promise<Response> {
  const batches: string[][] = await request.json()
  for (const frames of batches) {
    for (const frame of frames) {
      const bytes = encoder.encode(frame)
      for (const controller of controllers) controller.enqueue(bytes)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  controllers = []
  return new Response(null, { status: 204 })
}
