//! Does any call on a store of a million sessions take long? `cargo bench --all-features --bench heap_store`
//!
//! Prints the mean and the longest of each kind of call. `SESSIONS=1000` makes the store smaller.

use std::time::{Duration, Instant};

use session_core::{HeapStore, Record, SessionCookie, SessionId, SessionStore, StoreKey, StoreOp, Timestamp};

struct Calls {
    what: &'static str,
    count: u32,
    total: Duration,
    longest: Duration,
}

impl Calls {
    const fn new(what: &'static str) -> Self {
        Self { what, count: 0, total: Duration::ZERO, longest: Duration::ZERO }
    }

    fn time<R>(&mut self, call: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = call();
        let taken = start.elapsed();
        self.count += 1;
        self.total += taken;
        self.longest = self.longest.max(taken);
        result
    }

    fn print(&self) {
        let mean = self.total.checked_div(self.count).unwrap_or_default();
        println!("| {} | {} | {mean:?} | {:?} |", self.what, self.count, self.longest);
    }
}

/// Ids as a generator would give them, the same at each run.
fn key(number: u64) -> StoreKey {
    let mut bytes = [0; 24];
    let mut state = number;
    for chunk in bytes.chunks_exact_mut(8) {
        // SplitMix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        chunk.copy_from_slice(&(mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb).to_le_bytes());
    }
    StoreKey::plain(&SessionId::from_random(bytes))
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let sessions: u64 = std::env::var("SESSIONS").map_or(Ok(1_000_000), |text| text.parse())?;
    let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
    let mut store = HeapStore::<u64>::new(usize::try_from(sessions)?);
    let [mut put, mut load, mut touch, mut full, mut purge, mut length] =
        ["put", "load", "touch", "put into a full store", "purge(10,000)", "length"].map(Calls::new);

    let mut cookie = SessionCookie::default();
    for number in 0..sessions {
        cookie.set_max_age(Some(60_000), now)?;
        let record = Record::new(cookie, number);
        let key = key(number);
        put.time(|| store.apply(StoreOp::put(key, &record), now))?;
    }
    for number in (0..sessions).step_by(7) {
        let key = key(number);
        assert!(load.time(|| store.load(&key, now))?.is_some());
        touch.time(|| store.apply(StoreOp::touch(key, &cookie), now))?;
    }
    for number in sessions..sessions + 100 {
        let record = Record::new(cookie, number);
        let op = StoreOp::put(key(number), &record);
        assert!(full.time(|| store.apply(op, now)).is_err());
    }
    assert_eq!(Ok(length.time(|| core::hint::black_box(&store).length(now))), usize::try_from(sessions));
    // What has ended is kept for a minute more.
    let later = now.saturating_add(120_000);
    while store.held() > 0 {
        assert!(purge.time(|| store.purge(later, 10_000)).removed > 0);
    }

    println!("| call, of a store of {sessions} | calls | mean | longest |\n|---|---|---|---|");
    [put, load, touch, full, length, purge].iter().for_each(Calls::print);
    Ok(())
}
