//! `open_from` is `load` and `open` in one: of whatever a store has of the ids of a request, under either of their keys.

use session_core::{
    Answer, CookieName, CookieOptions, Fingerprint, FixedStore, IdsAtRest, Key, Limits, Loaded, Opening, Pending,
    Policy, Record, Request, Session, SessionCookie, SessionId, SessionManager, SessionStore, StoreFull, StoreKey,
    StoreOp, Timestamp,
};

const PHASES: [IdsAtRest; 4] = [IdsAtRest::Plain, IdsAtRest::ReadBoth, IdsAtRest::WriteHashed, IdsAtRest::Hashed];
const LIMITS: Limits = Limits::new(8500, 8500).with_touch_after(0).with_clock_skew(0);
const NAME: CookieName<'static> = CookieName::HOST_SID;

type Store = FixedStore<u32, 8>;
/// What can be seen of an opened session, and what its end asks of the store.
type Seen = (Opening, String, String, u32, Option<u64>, Vec<String>);

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_700_000_000_000 + ms).unwrap()
}

fn id(number: u8) -> SessionId {
    SessionId::from_random([number; 24])
}

fn key() -> Key {
    Key::derive([7; 32], Key::SESSION_COOKIES, NAME.as_str()).unwrap()
}

fn manager<const N: usize>(policy: Policy<u32, N>) -> SessionManager<'static, u32, [Key; 0], N> {
    SessionManager::new(policy, key().into(), NAME, CookieOptions::recommended()).unwrap()
}

fn policy(phase: IdsAtRest) -> Policy<u32> {
    Policy::recommended().with_limits(LIMITS).with_ids_at_rest(phase)
}

/// What a store may have under a key, as of 9 s.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    Nothing,
    Live,
    /// Alive for the store, whose records say when they end, and ended by the policy's absolute limit.
    Ended,
    /// A mark.
    Moved,
}

impl Held {
    const ALL: [Self; 4] = [Self::Nothing, Self::Live, Self::Ended, Self::Moved];

    /// Makes it of a session of that number.
    fn put(self, store: &mut Store, number: u8, hashed: bool) {
        if self == Self::Nothing {
            return;
        }
        let phase = if hashed { IdsAtRest::Hashed } else { IdsAtRest::Plain };
        let limits = if self == Self::Ended { Limits::new(10_000, 50_000) } else { LIMITS };
        let manager = manager(policy(phase).with_limits(limits.with_touch_after(0)));
        let begins = if self == Self::Ended { 0 } else { 5000 };
        let pending = manager.receive(Request::new([""], "/").encrypted(true)).unwrap();
        let mut session = pending.open(None, at(begins), || Ok::<_, ()>(id(number))).unwrap();
        *session.data_mut() = u32::from(number) * 10 + u32::from(hashed);
        let settled = session.close(at(begins)).apply(store, at(begins)).unwrap();
        assert!(settled.lost().is_none());
        if self == Self::Moved {
            let cookie = cookie(number);
            let pending = manager.receive(Request::new([&cookie], "/").encrypted(true)).unwrap();
            let mut session = pending.open_from(store, at(6000), || Err(())).unwrap();
            let _none = session.renew_id(id(number + 100 + u8::from(hashed)), at(6000)).unwrap();
            assert!(session.close(at(6000)).apply(store, at(6000)).unwrap().lost().is_none());
        }
    }
}

fn cookie(number: u8) -> String {
    format!("{}=s:{}.{}", NAME.as_str(), id(number).as_str(), key().sign(id(number).as_str()).as_str())
}

/// Notes for what it is asked.
struct Watched<'s> {
    store: &'s mut Store,
    asked: Vec<StoreKey>,
}

impl SessionStore<u32> for Watched<'_> {
    type Revision = u64;
    type Error = StoreFull;

    fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<u32, u64>>, StoreFull> {
        self.asked.push(*key);
        self.store.load(key, now)
    }

    fn apply(&mut self, op: StoreOp<'_, u32, u64>, now: Timestamp) -> Result<Answer<u64>, StoreFull> {
        self.store.apply(op, now)
    }
}

fn seen(mut session: Session<'static, u32, u64>, now: Timestamp) -> Seen {
    let (opening, named, key) =
        (session.opening(), session.id().as_str().to_owned(), session.key().as_str().to_owned());
    let (data, revision) = (*session.data(), session.revision().copied());
    let _op = session.destroy();
    let ended = session.close(now).keys().map(|key| key.as_str().to_owned()).collect();
    (opening, named, key, data, revision, ended)
}

/// Both ways, and that the store is asked for the same.
fn opened<const N: usize>(pending: Pending<'static, u32, N>, store: &mut Store) -> Seen {
    let (now, new_id) = (at(9000), || Ok::<_, ()>(id(200)));
    let mut watched = Watched { store, asked: vec![] };
    let loaded = pending.load(&mut watched, now).unwrap();
    let by_two = seen(pending.clone().open(loaded, now, new_id).unwrap(), now);
    let asked = core::mem::take(&mut watched.asked);
    let at_once = seen(pending.open_from(&mut watched, now, new_id).unwrap(), now);
    assert_eq!(at_once, by_two);
    assert!(watched.asked == asked, "not asked for the same");
    at_once
}

#[test]
fn one_step_and_two_give_the_same_of_whatever_the_store_has() {
    let [mut loaded, mut none, mut ended] = [0; 3];
    for phase in PHASES {
        for hashed in Held::ALL {
            for plain in Held::ALL {
                let mut store = Store::new();
                hashed.put(&mut store, 1, true);
                plain.put(&mut store, 1, false);
                // The first that is there is it, whatever is behind it.
                let reads_hashed = phase != IdsAtRest::Plain && hashed != Held::Nothing;
                let decides = match phase {
                    _ if reads_hashed => hashed,
                    IdsAtRest::Hashed => Held::Nothing,
                    _ => plain,
                };
                let request = || Request::new([cookie(1)], "/").encrypted(true);
                let of_one =
                    opened(manager(policy(phase).with_one_candidate()).receive(request()).unwrap(), &mut store);
                let of_four = opened(manager(policy(phase)).receive(request()).unwrap(), &mut store);
                assert_eq!(of_one, of_four);
                let (opening, named, _, data, ..) = of_four;
                match decides {
                    Held::Nothing => assert_eq!(opening, Opening::NotStored),
                    Held::Live => assert_eq!((opening, data), (Opening::Loaded, 10 + u32::from(reads_hashed))),
                    Held::Ended | Held::Moved => assert!(matches!(opening, Opening::Ended(_)), "{opening:?}"),
                }
                assert_eq!(named == id(1).as_str(), decides == Held::Live);
                *match decides {
                    Held::Nothing => &mut none,
                    Held::Live => &mut loaded,
                    Held::Ended | Held::Moved => &mut ended,
                } += 1;

                // And beside another id, of which the store has the plain key alone.
                for other in Held::ALL {
                    let mut store = store.clone();
                    other.put(&mut store, 2, false);
                    let both = [cookie(1), cookie(2)];
                    let _seen = opened(
                        manager(policy(phase)).receive(Request::new(both, "/").encrypted(true)).unwrap(),
                        &mut store,
                    );
                    let both = [cookie(2), cookie(1)];
                    let _seen = opened(
                        manager(policy(phase)).receive(Request::new(both, "/").encrypted(true)).unwrap(),
                        &mut store,
                    );
                }
            }
        }
    }
    // With one key that is read each state decides 4 times; with two the hashed one's 4 times, or else the plain one's once.
    assert_eq!((none, loaded, ended), (4 + 1 + 1 + 4, 4 + 5 + 5 + 4, 8 + 10 + 10 + 8));
}

/// Express reads one cookie, so a type with room for one id holds all that it needs.
#[test]
fn express_with_room_for_one_is_express() {
    let policy = Policy::<u32>::express(Fingerprint::of_hash);
    let mut store = Store::new();
    let mut record = Record::new(SessionCookie::default(), 7);
    record.cookie_mut().set_max_age(Some(60_000), at(0)).unwrap();
    let _done = store.apply(StoreOp::put(StoreKey::plain(&id(1)), &record), at(0)).unwrap();
    for (sent, data) in [(cookie(1), 7), (cookie(2), 0), (format!("{}=s:forged.", NAME.as_str()), 0)] {
        let request = || Request::new([&sent], "/").encrypted(true);
        let of_one = opened(manager(policy.with_one_candidate()).receive(request()).unwrap(), &mut store);
        let of_four = opened(manager(policy).receive(request()).unwrap(), &mut store);
        assert_eq!(of_one, of_four);
        assert_eq!(of_one.3, data);
    }
}

/// What a move to hashed ids has left behind is not found behind the mark of a login.
#[test]
fn a_mark_hides_what_is_left_under_the_other_key() {
    let mut store = Store::new();
    Held::Live.put(&mut store, 1, false);
    Held::Moved.put(&mut store, 1, true);
    let manager = manager(policy(IdsAtRest::WriteHashed));
    let pending = manager.receive(Request::new([cookie(1)], "/").encrypted(true)).unwrap();
    let loaded = pending.load(&mut store, at(9000)).unwrap();
    assert!(pending.open_passive(loaded, at(9000)).unwrap().is_none());
    assert!(manager.lookup([cookie(1)], &mut store, at(9000)).unwrap().is_none());
    let session = pending.open_from(&mut store, at(9000), || Ok::<_, ()>(id(200))).unwrap();
    assert!(session.opening().is_none() && *session.data() == 0);
}
