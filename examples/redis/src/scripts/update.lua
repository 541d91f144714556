-- Behind compare.lua: writes ARGV[2], to be kept for ARGV[3] ms.
--
-- | Redis                    | answer     |
-- |--------------------------|------------|
-- | has written it           | 1          |
-- | refuses (OOM, and so on) | its error  |
local set = redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if set.err then return set end
return 1
