import { debtBursts } from '../limits.ts';

/**
 * Takes tokens from buckets, and returns the number that is left in each, as text. KEYS: the buckets. ARGV: rate, burst and number of tokens of
 * each bucket. The value of a key is `TOKENS TIME`, in milliseconds of Redis's clock. A key expires when its bucket is full.
 */
export const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left = {}
for i, key in ipairs(KEYS) do
  local rate, burst, taken = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local tokens = burst
  local stored = redis.call('GET', key)
  if stored then
    local amount, at = string.match(stored, '^(%S+) (%S+)$')
    -- After a failover the clock may be behind.
    tokens = math.min(burst, tonumber(amount) + math.max(0, now - tonumber(at)) / 1000 * rate)
  end
  tokens = math.min(burst, math.max(-${debtBursts} * burst, tokens - taken))
  if tokens < burst then
    local fullInMs = math.ceil((burst - tokens) / rate * 1000)
    redis.call('SET', key, string.format('%.4f %.0f', tokens, now), 'PX', fullInMs)
  elseif stored then
    redis.call('DEL', key)
  end
  left[i] = string.format('%.4f', tokens)
end
return left
`;
