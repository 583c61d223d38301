/**
 * The scripts that write windows. Their invariant: a window is always one contiguous run of the journal, at most
 * ARGV[3] long, whoever publishes late, twice or in any order. A script that Valkey refuses halfway (out of memory) can
 * only leave an emptied window behind.
 *
 * KEYS  1 window, 2 wake-up channel
 * ARGV  1 PUBLISH or SPUBLISH, 2 expiry in seconds, 3 length of the window, 4 first seq, then per event three:
 *       type, field (`json` or `bytes`), value
 * Reply { what happened: 'added' | 'there' | 'hole', last seq of the window }
 */
const prelude = `
local window, wake = KEYS[1], KEYS[2]
local publish, expiry, limit, first = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local last = first + (#ARGV - 4) / 3 - 1

local function seqOf(entries)
  return entries[1] and tonumber(string.match(entries[1][1], '^%d+')) or 0
end

local function add(from)
  for seq = from, last do
    local at = 5 + (seq - first) * 3
    redis.call('XADD', window, string.format('%.0f-0', seq), 'type', ARGV[at], ARGV[at + 1], ARGV[at + 2])
  end
  redis.call('XTRIM', window, 'MAXLEN', '=', limit)
  redis.call('EXPIRE', window, expiry)
  redis.call(publish, wake, string.format('%.0f %.0f', from, last))
  return { 'added', last }
end

local function replace()
  -- Not only XTRIM 0: an emptied stream remembers its newest id and would refuse smaller ones.
  redis.call('DEL', window)
  return add(math.max(first, last - limit + 1))
end

local stop = seqOf(redis.call('XREVRANGE', window, '+', '-', 'COUNT', 1))
`

/** Adds what is missing at the end. 'hole' when the events neither touch the window's end nor fill a whole window. */
export const appendScript = `${prelude}
if stop >= last then return { 'there', stop } end
if last - first + 1 >= limit or (stop == 0 and first == 1) then return replace() end
if first > stop + 1 then return { 'hole', stop } end
return add(stop + 1)
`

/** Replaces the window by these events, unless it is whole and ends at or after them. */
export const resetScript = `${prelude}
if stop >= last then
  local start = seqOf(redis.call('XRANGE', window, '-', '+', 'COUNT', 1))
  if redis.call('XLEN', window) == stop - start + 1 then return { 'there', stop } end
end
return replace()
`

/** Reply { first seq, last seq, length }, all 0 when there is no window. */
export const lookScript = `
local function seqOf(entries)
  return entries[1] and tonumber(string.match(entries[1][1], '^%d+')) or 0
end
return {
  seqOf(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)),
  seqOf(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)),
  redis.call('XLEN', KEYS[1]),
}
`
