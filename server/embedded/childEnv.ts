/**
 * All that the databases and the tools around them get of an environment: ours holds secrets, and settings that
 * PostgreSQL would take as meant for it. One language and time zone keep their output readable by us.
 */
export const childEnv = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  // Next's types ask for it in every environment.
  NODE_ENV: 'production',
} as const
