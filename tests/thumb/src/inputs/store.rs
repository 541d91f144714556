//! All that a store of fixed size is asked.

use session_core::{Answer, FixedStore, Loaded, Record, SessionCookie, SessionStore, StoreKey, StoreOp, Timestamp};

use super::Sink;

type Store = FixedStore<u32, 8>;

#[unsafe(no_mangle)]
pub fn input_store(
    store: &mut Store,
    keys: &[StoreKey; 2],
    record: &Record<u32>,
    revision: u64,
    now: Timestamp,
    out: &mut Sink,
) {
    let [key, other] = *keys;
    let cookie: &SessionCookie = record.cookie();
    let moved = Some(now.saturating_add(60_000));
    let ops = [
        StoreOp::put(key, record),
        StoreOp::create(key, record),
        StoreOp::update(key, record, &revision),
        StoreOp::touch(key, cookie),
        StoreOp::touch_revision(key, cookie, &revision),
        StoreOp::replace(key, other, record, Some(&revision), moved),
        StoreOp::replace(key, other, record, None, None),
        StoreOp::destroy(key),
        StoreOp::destroy_both(key, other),
    ];
    for op in ops {
        out.show(op.name());
        match store.apply(op, now) {
            Ok(Answer::Done(revision)) => out.take(revision.to_le_bytes()),
            Ok(_) => {}
            Err(error) => out.show(error),
        }
    }
    if let Ok(Some(loaded)) = store.load(&key, now) {
        out.take(loaded.revision().to_le_bytes());
    }
    for (key, record) in store.all(now) {
        out.show(key.as_str());
        out.take(record.data().to_le_bytes());
    }
    let purged = store.purge(now, usize::try_from(revision).unwrap_or_default());
    out.take([purged.removed, purged.looked_at, store.length(now)].into_iter().flat_map(usize::to_le_bytes));
    store.clear();
}

/// What a store of the caller's hands in.
#[unsafe(no_mangle)]
pub fn input_loaded(key: StoreKey, times: [Timestamp; 2], left: core::time::Duration, epoch: u64, out: &mut Sink) {
    let [now, until] = times;
    let record = Record::<u32>::moved(now, until);
    let loaded = Loaded::new(key, record).with_ttl_left(left).with_epoch(epoch).with_revision(epoch);
    let mut cookie = loaded.into_record().cookie().clone();
    cookie.set_expires(Some(until), now);
    if let Err(error) = cookie.set_max_age(Some(until.ms_since(now)), now) {
        out.show(error);
    }
    cookie.touch(now);
    out.take([u8::from(cookie.expiry().is_expired(now))]);
    out.take(cookie.expiry().ttl_seconds(now, 60).unwrap_or_default().to_le_bytes());
}
