/**
 * Notes values in a set of recently used ones. KEYS: the set. ARGV: milliseconds for which a value counts, the maximum number of values, and the
 * values. The last one is only noted if the set has it, or fewer values than the maximum. Returns 0 if it was noted, otherwise the milliseconds
 * until it can be. The set is sorted by the times of the last use, in milliseconds of Redis's clock.
 */
export const useScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local set, window, max = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', set, '-inf', now - window)
for i = 3, #ARGV - 1 do redis.call('ZADD', set, now, ARGV[i]) end
local wait = 0
if redis.call('ZSCORE', set, ARGV[#ARGV]) or redis.call('ZCARD', set) < max then
  redis.call('ZADD', set, now, ARGV[#ARGV])
else
  local oldest = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
  wait = math.max(1, math.min(window, oldest[2] + window - now))
end
redis.call('PEXPIRE', set, window)
return wait
`;
