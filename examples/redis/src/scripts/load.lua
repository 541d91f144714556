-- The session under KEYS[1], and how long Redis will keep it.
--
-- ARGV[1]  the longest document that is wanted, in bytes
--
-- | there is               | answer                          |
-- |------------------------|---------------------------------|
-- | nothing                | nil                             |
-- | no string              | 1                               |
-- | a longer document      | 2                               |
-- | a document             | it, and PTTL (-1: it never ends) |
local length = redis.pcall('STRLEN', KEYS[1])
if type(length) == 'table' then
  if string.find(length.err, 'WRONGTYPE', 1, true) then return 1 end
  return length
end
if length > tonumber(ARGV[1]) then return 2 end
local document = redis.call('GET', KEYS[1])
if not document then return false end
return {document, redis.call('PTTL', KEYS[1])}
