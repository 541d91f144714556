//! Stores that fail, or answer with what they were not asked for, where a session is opened.

use session_core::{
    Answer, CookieName, CookieOptions, Fingerprint, FixedStore, Key, Loaded, OpenError, Opening, Pending, Policy,
    Record, Request, SessionCookie, SessionId, SessionManager, SessionStore, StoreFull, StoreKey, StoreOp, Timestamp,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const SECRET: &str = "a secret of thirty-two bytes, and more";

/// A store that gives everybody the same record, under the key that it has.
struct Confused(StoreKey);

impl SessionStore<u32> for Confused {
    type Revision = ();
    type Error = &'static str;

    fn load(&mut self, _: &StoreKey, _: Timestamp) -> Result<Option<Loaded<u32>>, &'static str> {
        Ok(Some(Loaded::new(self.0, Record::new(SessionCookie::default(), 7))))
    }

    fn apply(&mut self, _: StoreOp<'_, u32>, _: Timestamp) -> Result<Answer<()>, &'static str> {
        Err("not asked for")
    }
}

/// A store that is away.
struct Away;

impl SessionStore<u32> for Away {
    type Revision = ();
    type Error = &'static str;

    fn load(&mut self, _: &StoreKey, _: Timestamp) -> Result<Option<Loaded<u32>>, &'static str> {
        Err("the store is away")
    }

    fn apply(&mut self, _: StoreOp<'_, u32>, _: Timestamp) -> Result<Answer<()>, &'static str> {
        Err("the store is away")
    }
}

fn id(text: &str) -> SessionId {
    text.parse().unwrap()
}

/// A request with a good cookie for the id `mine`, under each preset.
fn pending() -> [Pending<'static, u32>; 2] {
    [Policy::express(Fingerprint::of_hash), Policy::recommended().with_express_keys(true)].map(|policy| {
        let key = Key::new(SECRET);
        let cookie = format!("connect.sid=s:mine.{}", key.sign("mine").as_str());
        let options = CookieOptions::recommended();
        let manager = SessionManager::new(policy, key.into(), CookieName::CONNECT_SID, options).unwrap();
        manager.receive(Request::new([cookie], "/").encrypted(true)).unwrap()
    })
}

#[test]
fn a_record_of_another_key_is_nobodys_session() {
    let new_id = || Ok::<_, ()>(id("new"));
    for pending in pending() {
        let opened = pending.clone().open_from(&mut Confused("another".parse().unwrap()), NOW, new_id).unwrap();
        assert_eq!((opened.opening(), *opened.data(), opened.id().as_str()), (Opening::NotStored, 0, "new"));
        let loaded = Confused("another".parse().unwrap()).load(&StoreKey::plain(&id("mine")), NOW).unwrap();
        assert_eq!(pending.clone().open(loaded, NOW, new_id).unwrap().opening(), Opening::NotStored);

        let opened = pending.open_from(&mut Confused("mine".parse().unwrap()), NOW, new_id).unwrap();
        assert_eq!((opened.opening(), *opened.data(), opened.id().as_str()), (Opening::Loaded, 7, "mine"));
    }
}

/// Whoever took it for an empty store would log everybody out.
#[test]
fn a_store_that_is_away_is_an_error_and_no_new_session() {
    for pending in pending() {
        let refused = pending.open_from(&mut Away, NOW, || -> Result<_, ()> { unreachable!("no id is needed") });
        let error = refused.err().unwrap();
        assert_eq!(error, OpenError::Store("the store is away"));
        assert_eq!(error.to_string(), "the store could not be read");
    }
    let source: OpenError<StoreFull, StoreFull> = OpenError::Store(StoreFull);
    assert_eq!(core::error::Error::source(&source).unwrap().to_string(), StoreFull.to_string());
}

/// Our stores say no epochs, so where they are counted nobody who is logged in is let in by `open_from`.
#[test]
fn epochs_cannot_be_passed_over() {
    let policy = Policy::<u32>::recommended().with_express_keys(true).with_epochs(true);
    let key = Key::new(SECRET);
    let options = CookieOptions::recommended();
    let manager = SessionManager::new(policy, key.into(), CookieName::CONNECT_SID, options).unwrap();
    let mut store = FixedStore::<u32, 2>::new();
    let pending = manager.receive(Request::new([""], "/").encrypted(true)).unwrap();
    let mut session = pending.open_from(&mut store, NOW, || Ok::<_, ()>(id("mine"))).unwrap();
    session.authenticated_in_epoch("ada".parse().unwrap(), 3, id("hers"), NOW).unwrap();
    let settled = session.close(NOW).apply(&mut store, NOW).unwrap();
    let line = manager.set_cookie(&settled).unwrap().unwrap().to_string();

    let cookie = line.split(';').next().unwrap();
    let pending = manager.receive(Request::new([cookie], "/").encrypted(true)).unwrap();
    let refused = pending.open_from(&mut store, NOW, || Ok::<_, ()>(id("new")));
    assert_eq!(refused.err(), Some(OpenError::NeedsEpoch));
}
