//! Sessions on a device: what is to be decided about them stands here and nowhere else.

use core::cell::RefCell;
use core::fmt::Write;
use core::ops::DerefMut;

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use session_core::{
    ConfigError, CookieName, CookieOptions, FixedStore, Handle, Key, Limits, Policy, SessionId, SessionManager,
    StoreKey, Timestamp,
};
use session_core_picoserve::Manager;
use static_cell::StaticCell;

use crate::board::Boot;

/// How many sessions there are room for, of 520 bytes each.
pub const PLACES: usize = 8;

/// For how many ms after a login sessions of others may be ended.
const FRESH_FOR: i64 = 2 * 60_000;

/// **A product replaces this** by 32 random bytes of each device's own, which nothing reads out of it. Whoever knows it
/// can sign, but not guess, an id.
const DEVICE_SECRET: [u8; 32] = *b"an example, and known to anybody";

/// What a session holds.
#[derive(Clone, Default)]
pub struct Visits(pub u32);

pub type Store = FixedStore<Visits, PLACES>;

/// What tests make shorter at boot.
pub struct Times {
    limits: Limits,
    fresh_for: i64,
}

impl Times {
    const NORMAL: Self = Self { limits: Limits::DEVICE, fresh_for: FRESH_FOR };

    pub fn new(boot: Option<Boot>) -> Self {
        let Some(Boot { idle, absolute, fresh, .. }) = boot else { return Self::NORMAL };
        Self {
            limits: if idle == 0 { Limits::DEVICE } else { Limits::new(idle.into(), absolute.into()) },
            fresh_for: if fresh == 0 { FRESH_FOR } else { fresh.into() },
        }
    }
}

/// The sessions of this device.
pub struct Sessions {
    manager: Manager<Visits>,
    /// Makes the handles under which pages name sessions.
    handles: Key,
    store: &'static RefCell<Store>,
    random: RefCell<Option<ChaCha20Rng>>,
    pub fresh_for: i64,
}

impl Sessions {
    /// Sessions of this boot, whose keys no other boot has: a reboot ends all sessions, and no cookie of before is good any
    /// more. Without random numbers there are no ids, and so no sessions.
    ///
    /// # Errors
    ///
    /// If the preset refuses the configuration.
    pub fn new(mut random: Option<ChaCha20Rng>, times: Times, name: CookieName<'static>) -> Result<Self, ConfigError> {
        static STORE: StaticCell<RefCell<Store>> = StaticCell::new();
        let mut boot = [0; 16];
        if let Some(random) = &mut random {
            random.fill_bytes(&mut boot);
        }
        let key = |purpose| {
            let key = Key::derive_for_boot(DEVICE_SECRET, purpose, name.as_str(), boot);
            key.map_err(|_| ConfigError::SecretTooShort)
        };
        let policy = Policy::device().with_limits(times.limits);
        let signing = key(Key::SESSION_COOKIES)?.into();
        Ok(Self {
            manager: SessionManager::new(policy, signing, name, CookieOptions::device())?,
            handles: key(Key::HANDLES)?,
            store: STORE.init_with(|| RefCell::new(Store::new().with_logins_first())),
            random: RefCell::new(random),
            fresh_for: times.fresh_for,
        })
    }

    /// What pages call a session.
    pub fn handle(&self, key: &StoreKey) -> Handle {
        Handle::new(&self.handles, key)
    }
}

impl session_core_picoserve::Sessions for Sessions {
    type Data = Visits;
    type Store = Store;
    type NoId = NoRandomNumbers;

    fn manager(&self) -> &Manager<Visits> {
        &self.manager
    }

    fn store(&self) -> impl DerefMut<Target = Store> {
        self.store.borrow_mut()
    }

    /// Milliseconds since the boot: a device does not know what day it is, and sessions need not know either.
    fn now(&self) -> Timestamp {
        let uptime = i64::try_from(embassy_time::Instant::now().as_millis());
        uptime.ok().and_then(|ms| Timestamp::from_unix_ms(ms).ok()).unwrap_or(Timestamp::MAX)
    }

    fn new_id(&self) -> Result<SessionId, NoRandomNumbers> {
        self.random.borrow_mut().as_mut().map(SessionId::generate).ok_or(NoRandomNumbers)
    }
}

/// Nothing was handed in to make random numbers of.
pub struct NoRandomNumbers;

/// The cookie's name, one for each device: browsers keep one jar for all ports of a host, and so for all devices behind
/// one.
pub fn cookie_name(address: [u8; 6], place: &'static mut heapless::String<16>) -> Option<CookieName<'static>> {
    write!(place, "sid").ok()?;
    address.iter().try_for_each(|byte| write!(place, "{byte:02x}")).ok()?;
    CookieName::new(place).ok()
}
