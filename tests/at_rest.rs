//! Ids in a store: plain, hashed, and the way from the one to the other; handles.

use std::collections::{HashMap, HashSet};

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use session_core::{Handle, HandleError, IdsAtRest, Key, SessionId, StoreKey};
use sha2::{Digest, Sha256};

const PHASES: [IdsAtRest; 4] = [IdsAtRest::Plain, IdsAtRest::ReadBoth, IdsAtRest::WriteHashed, IdsAtRest::Hashed];

/// Ids as they are generated, any others, and those that begin like a hash.
fn ids() -> impl Strategy<Value = SessionId> {
    prop_oneof![any::<[u8; 24]>().prop_map(SessionId::from_random), "(h~)?.{1,30}".prop_map(|id| id.parse().unwrap())]
}

fn phases() -> impl Strategy<Value = IdsAtRest> {
    prop::sample::select(&PHASES)
}

fn base64url(bytes: &[u8]) -> String {
    let mut text = [0; 64];
    Base64UrlUnpadded::encode(bytes, &mut text).unwrap().to_owned()
}

fn handle_key() -> Key {
    Key::derive("a secret of more than 32 bytes, out of the configuration", Key::HANDLES, "id").unwrap()
}

/// A store as a map, with one process of each phase before it.
#[derive(Default)]
struct Store(HashMap<String, u8>);

impl Store {
    fn create(&mut self, phase: IdsAtRest, id: &SessionId, session: u8) {
        self.0.insert(phase.writes(id).as_str().to_owned(), session);
    }

    fn load(&self, phase: IdsAtRest, id: &SessionId) -> Option<u8> {
        phase.reads(id).find_map(|key| self.0.get(key.as_str()).copied())
    }

    fn destroy(&mut self, phase: IdsAtRest, id: &SessionId) {
        for key in phase.destroys(id) {
            self.0.remove(key.as_str());
        }
    }
}

#[test]
fn the_table() {
    let id = SessionId::from_random([7; 24]);
    let (plain, hashed) = (StoreKey::plain(&id), StoreKey::hashed(&id));
    let rows = [
        (vec![plain], plain, vec![plain]),
        (vec![hashed, plain], plain, vec![plain, hashed]),
        (vec![hashed, plain], hashed, vec![plain, hashed]),
        (vec![hashed], hashed, vec![hashed]),
    ];
    for (phase, row) in PHASES.into_iter().zip(rows) {
        assert_eq!((phase.reads(&id).collect(), phase.writes(&id), phase.destroys(&id).collect()), row, "{phase:?}");
    }
}

proptest! {
    /// Processes of one phase, or of two neighbours while the next one is rolled out or back.
    #[test]
    fn neighbours_find_and_end_what_the_other_wrote(id in ids(), place in 0_usize..3, roles in any::<[bool; 3]>()) {
        let [writes, reads, ends] = roles.map(|later| PHASES[place + usize::from(later)]);
        let mut store = Store::default();
        store.create(writes, &id, 1);
        prop_assert_eq!(store.load(reads, &id), Some(1));
        store.destroy(ends, &id);
        prop_assert!(store.0.is_empty());
    }

    /// Sessions outlive phases: whatever wrote one, those that read both find it and end it.
    #[test]
    fn who_reads_both_finds_and_ends_what_any_phase_wrote(
        id in ids(),
        writes in phases(),
        phase in prop::sample::select(&PHASES[1..3]),
    ) {
        let mut store = Store::default();
        store.create(writes, &id, 1);
        prop_assert_eq!(store.load(phase, &id), Some(1));
        store.destroy(phase, &id);
        prop_assert!(store.0.is_empty());
    }

    /// What is read is destroyed, and what is written is read: in every phase, in whatever order.
    #[test]
    fn a_phase_agrees_with_itself(id in ids(), phase in phases()) {
        let read: HashSet<_> = phase.reads(&id).collect();
        prop_assert_eq!(&read, &phase.destroys(&id).collect());
        prop_assert_eq!(read.len(), phase.reads(&id).count());
        prop_assert!(read.contains(&phase.writes(&id)));
    }

    /// Where both keys are there, hashed is the one that counts, and nothing of either is left behind.
    #[test]
    fn of_a_session_that_is_moving_the_moved_one_counts(
        id in any::<[u8; 24]>().prop_map(SessionId::from_random),
        phase in prop::sample::select(&PHASES[1..3]),
    ) {
        let mut store = Store::default();
        store.create(IdsAtRest::Plain, &id, 1);
        store.create(IdsAtRest::Hashed, &id, 2);
        prop_assert_eq!(store.load(phase, &id), Some(2));
        store.destroy(phase, &id);
        prop_assert!(store.0.is_empty());
    }

    /// Who has read the store and can sign sends what was found there as an id.
    #[test]
    fn a_stolen_hash_is_no_id(id in ids(), wrote in phases(), reads in phases()) {
        let mut store = Store::default();
        store.create(wrote, &id, 1);
        for key in store.0.keys().filter(|key| key.starts_with(StoreKey::HASHED_PREFIX)) {
            prop_assert_eq!(store.load(reads, &key.parse().unwrap()), None);
        }
    }

    #[test]
    fn a_hash_is_sha256_under_the_prefix(id in ids()) {
        let digest = Sha256::new().chain_update("session-core id v1").chain_update(id.as_str()).finalize();
        let key = StoreKey::hashed(&id);
        prop_assert_eq!(key.as_str(), format!("h~{}", base64url(&digest)));
        prop_assert!(key.is_hashed());
        prop_assert_eq!(key.as_str().parse(), Ok(key));
    }

    /// Neither is one of Connect 1.x, not even where the id is of one letter.
    #[test]
    fn no_plain_or_signed_key_is_taken_for_a_hash(id in any::<[u8; 24]>(), old in any::<[u8; 18]>(), other in "h|h~|.{1,3}") {
        let key = Key::new("keyboard cat");
        let ids = [SessionId::from_random(id), SessionId::from_random_2012(old), other.parse().unwrap()];
        for id in ids {
            prop_assert!(!StoreKey::plain(&id).is_hashed());
            prop_assert!(!StoreKey::signed(&id, &key.sign(id.as_str())).is_hashed());
        }
    }

    #[test]
    fn a_handle_is_a_part_of_the_hmac(id in ids(), phase in phases(), secret in ".{1,40}") {
        let store_key = phase.writes(&id);
        let mut reference = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        reference.update(store_key.as_str().as_bytes());
        let handle = Handle::new(&Key::new(&secret), &store_key);
        prop_assert_eq!(handle.as_str(), base64url(&reference.finalize().into_bytes()[..12]));
    }

    #[test]
    fn a_handle_comes_back_from_a_form(id in ids(), phase in phases()) {
        let handle = Handle::new(&handle_key(), &phase.writes(&id));
        prop_assert_eq!(handle.to_string().parse(), Ok(handle));
        prop_assert_eq!(handle.to_string(), handle.as_str());
        prop_assert_eq!(format!("{handle:?}"), format!("Handle({handle})"));
    }

    #[test]
    fn what_is_no_handle_is_refused(text in "[A-Za-z0-9_-]{14,18}|.{16}|[+/=A-Z]{16}") {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let handle = text.parse::<Handle>();
        prop_assert_eq!(handle.map(|handle| handle.to_string()), is_one.then_some(text).ok_or(HandleError));
    }
}

#[test]
fn what_only_begins_like_a_hash_is_none() {
    let hash = StoreKey::hashed(&SessionId::from_random([7; 24]));
    let hash = hash.as_str();
    for text in
        ["h~", &hash[..44], &hash[2..], &hash.replace('~', "."), &format!("{hash}A"), &format!("{}+", &hash[..44])]
    {
        assert!(!text.parse::<StoreKey>().unwrap().is_hashed(), "{text}");
    }
}

/// As Connect 1.x had it.
#[test]
fn the_longest_key_is_of_the_longest_id_and_its_signature() {
    let id: SessionId = "x".repeat(127).parse().unwrap();
    let signature = Key::new("keyboard cat").sign(id.as_str());
    assert_eq!(StoreKey::signed(&id, &signature).as_str(), format!("{}.{}", id.as_str(), signature.as_str()));
}

/// In a list, no handle contains or is made of anything that would let a reader in.
#[test]
fn a_handle_shows_neither_id_nor_key() {
    let id = SessionId::from_random([7; 24]);
    let signing = Key::new("keyboard cat");
    for key in [StoreKey::plain(&id), StoreKey::hashed(&id), StoreKey::signed(&id, &signing.sign(id.as_str()))] {
        let handle = Handle::new(&handle_key(), &key);
        assert!(!key.as_str().contains(handle.as_str()));
        assert!(!signing.sign(key.as_str()).as_str().contains(handle.as_str()));
        assert_ne!(handle, Handle::new(&signing, &key));
    }
}
