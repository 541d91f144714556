//! The scripts, each with a table on top of what it answers.

use std::sync::LazyLock;

use redis::{Cmd, Script};

/// A script: Redis knows it by its hash, once it has been told.
pub(crate) struct Lua {
    code: &'static str,
    script: LazyLock<Script>,
}

pub(crate) static LOAD: Lua = Lua { code: LOAD_CODE, script: LazyLock::new(|| Script::new(LOAD_CODE)) };
pub(crate) static UPDATE: Lua = Lua { code: UPDATE_CODE, script: LazyLock::new(|| Script::new(UPDATE_CODE)) };
pub(crate) static TOUCH: Lua = Lua { code: TOUCH_CODE, script: LazyLock::new(|| Script::new(TOUCH_CODE)) };
pub(crate) static RETIRE: Lua = Lua { code: RETIRE_CODE, script: LazyLock::new(|| Script::new(RETIRE_CODE)) };
pub(crate) static DESTROY: Lua = Lua { code: DESTROY_CODE, script: LazyLock::new(|| Script::new(DESTROY_CODE)) };

const LOAD_CODE: &str = include_str!("scripts/load.lua");
const UPDATE_CODE: &str = concat!(include_str!("scripts/compare.lua"), include_str!("scripts/update.lua"));
const TOUCH_CODE: &str = concat!(include_str!("scripts/compare.lua"), include_str!("scripts/touch.lua"));
const RETIRE_CODE: &str = concat!(include_str!("scripts/compare.lua"), include_str!("scripts/retire.lua"));
const DESTROY_CODE: &str = include_str!("scripts/destroy.lua");

/// A script with its key and arguments.
pub(crate) struct Call<'a> {
    lua: &'static Lua,
    key: &'a str,
    arguments: &'a [&'a [u8]],
}

impl Lua {
    pub(crate) const fn call<'a>(&'static self, key: &'a str, arguments: &'a [&'a [u8]]) -> Call<'a> {
        Call { lua: self, key, arguments }
    }
}

impl Call<'_> {
    /// By its hash; Redis says `NOSCRIPT`, and has done nothing, if it does not know it.
    pub(crate) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", self.lua.script.get_hash())
    }

    /// By its text, after which Redis knows the hash.
    pub(crate) fn by_text(&self) -> Cmd {
        self.command("EVAL", self.lua.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(1).arg(self.key).arg(self.arguments);
        command
    }
}
