-- The beginning of update.lua, touch.lua and retire.lua: goes on if the document under KEYS[1] is still ARGV[1].
--
-- | there is           | answer       |
-- |--------------------|--------------|
-- | nothing            | 0            |
-- | no string          | 2            |
-- | another document   | that         |
-- | ARGV[1]            | as it goes on |
local stored = redis.pcall('GET', KEYS[1])
if not stored then return 0 end
if type(stored) == 'table' then
  if string.find(stored.err, 'WRONGTYPE', 1, true) then return 2 end
  return stored
end
if stored ~= ARGV[1] then return stored end
