-- Behind compare.lua: lets the session go, which goes on under another key.
--
-- | ARGV[2]                             | does        | answer                             |
-- |-------------------------------------|-------------|------------------------------------|
-- | empty                               | DEL         | 1                                  |
-- | what stands there for ARGV[3] ms    | SET … PX    | 1, or Redis' error if it refuses it |
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
local set = redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if set.err then return set end
return 1
