-- Removes KEYS[1], unless it looks like the mark of a session that moved: that is for the caller to find out.
--
-- ARGV[1]  what a mark holds
-- ARGV[2]  a document that is none, although it looks so; or empty
--
-- | there is                              | does    | answer        |
-- |---------------------------------------|---------|---------------|
-- | nothing                               | nothing | 0             |
-- | a document with ARGV[1] in it         | nothing | the document  |
-- | that of ARGV[2], or anything else     | DEL     | 1             |
local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' and stored ~= ARGV[2] and string.find(stored, ARGV[1], 1, true) then return stored end
return redis.call('DEL', KEYS[1])
