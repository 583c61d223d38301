/** What bounds the live tier: times in milliseconds, sizes in characters of JSON unless said otherwise. */
export const liveSettings = {
  /** events a window holds */
  windowLength: 1000,
  /** bytes (UTF-8) of an event's JSON up to which it is kept in the window itself; larger ones are markers */
  inlineBytes: 8 * 1024,
  /** seconds until an untouched window disappears */
  expirySeconds: 60 * 60,
  /** the same once the job is in a final state */
  finalExpirySeconds: 10 * 60,

  /** a command to Valkey takes at most this long; appends never wait for it at all */
  commandTimeoutMs: 1000,
  connectTimeoutMs: 3000,
  /** after a command timed out, windows are left alone until a PING is answered; between PINGs */
  probeMs: 250,
  /** a silent connection with an answer outstanding is cut after this */
  socketTimeoutMs: 4000,
  /** the subscriber's PING; with socketTimeoutMs, a half-open connection is found within 7 s */
  pingMs: 3000,
  /** on a cluster, after anything moved, until channels are asked for again: what moves with it goes together */
  resubscribeMs: 500,
  reconnectMs: { first: 50, most: 2000 },

  /** the head check of all followed jobs; a random time between the two */
  headCheckMs: { least: 1000, most: 2000 },
  /** every how many head checks the windows of followed jobs are looked at too */
  windowCheckEvery: 3,

  /** after a round that woke a job's followers, as long as it took but no longer than this, events gather for the next */
  longestRestMs: 100,
  /** one batch of a follower: about this much, and at most so many events */
  batchSize: 256 * 1024,
  batchEvents: 1000,
  /** pages of history read before their followers ask for them, all jobs together */
  pagesAhead: 32,
  /** events in memory for the followers of one job, and of all jobs together */
  ringSize: 256 * 1024,
  ringEvents: 1000,
  allRingsSize: 64 * 1024 * 1024,
  /** failures in a row (some 15 s) after which a follower gives up: its client comes back with its last id */
  readTries: 10,
  readRetryMs: { first: 100, most: 2000 },

  /** jobs that nobody follows any more of which it is remembered how far their readers came */
  leftJobs: 10_000,
  /** commits kept while it is not certain of which history they are: as long as PostgreSQL takes to say so */
  heldCommits: 200,

  /** committed events that wait for Valkey, all jobs together; beyond it their content is read again later */
  publishSize: 32 * 1024 * 1024,
  /** scripts under way at the same time, each for another job */
  publishConcurrency: 32,
  /** events in one script call: bounds the time Valkey is busy with it */
  publishBatch: 1000,
  /** windows repaired from PostgreSQL at the same time */
  repairConcurrency: 2,
  /** events per page while a window is repaired: a page may hold events that are 256 KiB each */
  repairPage: 200,
  /** what another process published a moment later closes most holes by itself */
  holePatienceMs: 15,
  repairRetryMs: { first: 1000, most: 30_000 },
  /** jobs remembered as behind; the windows of others are mended by their next event */
  behindJobs: 10_000,
} as const
