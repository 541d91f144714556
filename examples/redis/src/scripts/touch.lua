-- Behind compare.lua: the session is to be kept for ARGV[2] ms.
--
-- | ARGV[2]       | Redis would keep it              | does    | answer |
-- |---------------|----------------------------------|---------|--------|
-- | 0 or negative |                                  | DEL     | 0      |
-- |               | for ever                         | PEXPIRE | 1      |
-- |               | for less                         | PEXPIRE | 1      |
-- |               | longer, by less than ARGV[3] ms  | nothing | 1      |
-- |               | longer than that                 | PEXPIRE | 1      |
local want = tonumber(ARGV[2])
if want <= 0 then
  redis.call('DEL', KEYS[1])
  return 0
end
local gained = want - redis.call('PTTL', KEYS[1])
if gained > 0 or gained <= -tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], want) end
return 1
