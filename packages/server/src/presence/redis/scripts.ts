/**
 * The scripts that change presence in Redis; each runs as one atomic step. All keys share one hash tag, and so one slot: in a
 * cluster, rooms are spread over several sets of these keys, each with its own tag.
 *
 *     leases          ZSET instance -> expiry of its lease, in milliseconds of Redis's clock
 *     epochs          HASH instance -> its latest epoch
 *     held:INSTANCE   SET of [room id, user id] as JSON: the users present through that instance
 *     reaped:INSTANCE set for a day after the lease expired: a returning instance learns why it is unknown
 *     room:ROOM       HASH user id -> number of instances that hold the user; its length is the room's count
 *     users:ROOM      HASH user id -> [user id, username] as JSON
 *
 * Two rules ensure consistency. An instance without a lease changes nothing: the script returns an empty list. And a change is accepted
 * only with the instance's latest epoch. A new epoch starts with every new connection and after every call whose outcome is
 * unknown: earlier commands may still arrive, and must not undo later changes.
 */

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS leases, epochs, reaped; ARGV instance, epoch, lease ms. Returns 1 when every entry of the instance is known, 2 when another instance
 * removed them, 0 when the instance is unknown.
 */
export const register = `${now}
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known and tonumber(known) > tonumber(ARGV[2]) then return 1 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
-- Not deleted here: if this answer is lost, the next call must return it again.
if redis.call('EXISTS', KEYS[3]) == 1 then return 2 end
return known and 1 or 0
`;

/** KEYS leases, epochs; ARGV instance, epoch, lease ms. Returns 0 when the instance must register. */
export const renew = `${now}
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
return 1
`;

// For the scripts with several changes: KEYS leases, epochs, held, then room and users of each change. ARGV instance, epoch, then those of each change.
const requireLease = `
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return {} end
`;

/**
 * ARGV of each change: held member, user id, user, capacity. Returns for each {first, count, the former user if it differs, or ''}, or
 * {-2, count, ''} if the room is full; an empty list without a lease.
 */
export const enter = `${requireLease}
local replies = {}
for n = 1, (#KEYS - 3) / 2 do
  local room, users = KEYS[2 * n + 2], KEYS[2 * n + 3]
  local member, userId, user, capacity = ARGV[4 * n - 1], ARGV[4 * n], ARGV[4 * n + 1], tonumber(ARGV[4 * n + 2])
  local count = redis.call('HLEN', room)
  if redis.call('SADD', KEYS[3], member) == 0 or redis.call('HINCRBY', room, userId, 1) > 1 then
    local former = redis.call('HGET', users, userId)
    redis.call('HSET', users, userId, user)
    replies[n] = {0, count, former and former ~= user and former or ''}
  elseif capacity > 0 and count >= capacity then
    redis.call('HDEL', room, userId)
    redis.call('SREM', KEYS[3], member)
    replies[n] = {-2, count, ''}
  else
    redis.call('HSET', users, userId, user)
    replies[n] = {1, count + 1, ''}
  end
end
return replies
`;

/** ARGV of each change: held member, user id. Returns {last, count} for each; an empty list without a lease. */
export const leave = `${requireLease}
local replies = {}
for n = 1, (#KEYS - 3) / 2 do
  local room, users = KEYS[2 * n + 2], KEYS[2 * n + 3]
  local member, userId = ARGV[2 * n + 1], ARGV[2 * n + 2]
  local last = 0
  if redis.call('SREM', KEYS[3], member) == 1 and redis.call('HINCRBY', room, userId, -1) <= 0 then
    redis.call('HDEL', room, userId)
    redis.call('HDEL', users, userId)
    last = 1
  end
  replies[n] = {last, redis.call('HLEN', room)}
end
return replies
`;

/**
 * Removes a batch of the entries that an instance holds: the named one, or else any with an expired lease. KEYS leases, epochs; ARGV key
 * prefix, batch size, instance or ''. Returns {room id, user, count} for each user who is no longer present, or nil when there is nothing
 * left to remove.
 */
export const release = `${now}
local instance = ARGV[3]
if instance == '' then instance = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1] end
if not instance or not redis.call('ZSCORE', KEYS[1], instance) then return nil end
-- If the instance is alive after all, this makes it register and enter its users again.
redis.call('HDEL', KEYS[2], instance)
if ARGV[3] == '' then redis.call('SET', ARGV[1] .. 'reaped:' .. instance, 1, 'EX', 86400) end
local held = ARGV[1] .. 'held:' .. instance
local left = {}
for _, member in ipairs(redis.call('SPOP', held, ARGV[2])) do
  local roomId, userId = unpack(cjson.decode(member))
  local room, users = ARGV[1] .. 'room:' .. roomId, ARGV[1] .. 'users:' .. roomId
  if redis.call('HINCRBY', room, userId, -1) <= 0 then
    local user = redis.call('HGET', users, userId)
    redis.call('HDEL', room, userId)
    redis.call('HDEL', users, userId)
    if user then table.insert(left, {roomId, user, redis.call('HLEN', room)}) end
  end
end
if redis.call('EXISTS', held) == 0 then redis.call('ZREM', KEYS[1], instance) end
return left
`;
