//! Two programs at one session at the same time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use redis::cmd;
use session_core::Lost;
use tokio::sync::Barrier;

use crate::servers::Server;
use crate::users::{Preset, Session, Site, Tally, Told, connect, count, key_of, log_in, log_out};

/// How many requests write at the same time.
const WRITERS: usize = 8;

/// What a request does.
type Work = fn(&mut Session);

/// Requests of two programs count at the same time: one of them is done, and the others are told that it was not.
pub(crate) async fn counts(rounds: u32, programs: &[Site]) -> Arc<Tally> {
    let tally = Arc::new(Tally::default());
    for _ in 0..rounds {
        let cookie = logged_in(programs).await;
        let told = at_once(programs, &cookie, [count; WRITERS]).await;
        let done = told.iter().filter(|told| **told == Told::Done).count();
        let honest = told.iter().all(|told| matches!(told, Told::Done | Told::Lost(Lost::Conflict)));
        told.into_iter().for_each(|told| tally.note(told));
        let there = seen(programs, &cookie).await.map_or(0, |count| usize::try_from(count).unwrap_or_default());
        tally.lost.fetch_add(u64::try_from(done.saturating_sub(there)).unwrap_or_default(), Ordering::Relaxed);
        tally.untold.fetch_add((done != 1 || there != 1 || !honest).into(), Ordering::Relaxed);
    }
    tally
}

/// A logout and counts at the same time: whatever comes first, the session is gone in the end.
pub(crate) async fn logout(rounds: u32, programs: &[Site]) -> Arc<Tally> {
    let tally = Arc::new(Tally::default());
    for _ in 0..rounds {
        let cookie = logged_in(programs).await;
        let mut works: [Work; WRITERS] = [count; WRITERS];
        works[WRITERS / 2] = log_out;
        let told = at_once(programs, &cookie, works).await;
        tally.untold.fetch_add((told[WRITERS / 2] != Told::Done).into(), Ordering::Relaxed);
        told.into_iter().for_each(|told| tally.note(told));
        tally.revived.fetch_add(seen(programs, &cookie).await.is_some().into(), Ordering::Relaxed);
    }
    tally
}

/// Logins of one session at the same time: one goes on, under an id of its own.
pub(crate) async fn logins(rounds: u32, programs: &[Site]) -> Arc<Tally> {
    let tally = Arc::new(Tally::default());
    for _ in 0..rounds {
        let cookie = logged_in(programs).await;
        let told = at_once(programs, &cookie, [log_in; WRITERS]).await;
        let done = told.iter().filter(|told| **told == Told::Done).count();
        told.into_iter().for_each(|told| tally.note(told));
        tally.untold.fetch_add((done != 1).into(), Ordering::Relaxed);
        tally.revived.fetch_add(seen(programs, &cookie).await.is_some().into(), Ordering::Relaxed);
    }
    tally
}

/// Requests of as many tasks that try again until they have counted: in the end, all are counted.
pub(crate) async fn counter(tasks: u32, each: u32, programs: &[Site]) -> Arc<Tally> {
    let tally = Arc::new(Tally::default());
    let cookie = logged_in(programs).await;
    let visits = (0..tasks).zip(programs.iter().cycle()).map(|(_, program)| {
        let (program, mut cookie, tally) = (program.clone(), cookie.clone(), Arc::clone(&tally));
        tokio::spawn(async move {
            for _ in 0..each {
                loop {
                    let told = program.request(&mut cookie, count).await;
                    tally.note(told);
                    if told == Told::Done {
                        break;
                    }
                }
            }
        })
    });
    for visit in visits.collect::<Vec<_>>() {
        visit.await.expect("a request");
    }
    let counted = seen(programs, &cookie).await.unwrap_or_default();
    tally.lost.fetch_add((tasks * each).saturating_sub(counted).into(), Ordering::Relaxed);
    tally.untold.fetch_add(counted.saturating_sub(tasks * each).into(), Ordering::Relaxed);
    tally
}

/// An Express app writes without looking: what it does to a count, and to a logout, that come between its load and its
/// save. This is what is lost where it writes the same sessions.
pub(crate) async fn express(rounds: u32) -> Arc<Tally> {
    let server = Server::start(&[]);
    let ours = programs::<1>(&server.addresses()).await;
    let mut express = server.client();
    let tally = Arc::new(Tally::default());
    for _ in 0..rounds {
        for ends in [false, true] {
            let cookie = logged_in(&ours).await;
            let name = format!("sess:{}", key_of(&cookie).as_str());
            let loaded: String = cmd("GET").arg(&name).query(&mut express).expect("it is up");
            let [told] = at_once(&ours, &cookie, [if ends { log_out } else { count }]).await;
            tally.note(told);
            cmd("SET").arg(&name).arg(loaded).arg("EX").arg(900).exec(&mut express).expect("it is up");
            if told == Told::Done && seen(&ours, &cookie).await == Some(0) {
                if ends { &tally.revived } else { &tally.lost }.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    tally
}

/// So many programs on the same sessions.
pub(crate) async fn programs<const N: usize>(addresses: &[String]) -> [Site; N] {
    let mut programs = Vec::new();
    for _ in 0..N {
        programs.push(Site::new(connect(addresses).await, Preset::Recommended));
    }
    programs.try_into().unwrap_or_else(|_| panic!("there are as many"))
}

/// The cookie of a session in which somebody has just logged in.
async fn logged_in(programs: &[Site]) -> String {
    let mut cookie = String::new();
    let told = programs.first().expect("a program").request(&mut cookie, log_in).await;
    assert_eq!(told, Told::Done, "the server is up");
    cookie
}

/// How often it was counted, as any program sees it.
async fn seen(programs: &[Site], cookie: &str) -> Option<u32> {
    programs.last().expect("a program").count(cookie).await
}

/// Requests that have all loaded the session before any of them ends.
async fn at_once<const N: usize>(programs: &[Site], cookie: &str, works: [Work; N]) -> [Told; N] {
    let barrier = Arc::new(Barrier::new(N));
    let requests = works.into_iter().zip(programs.iter().cycle()).map(|(work, program)| {
        let (program, mut cookie, barrier) = (program.clone(), cookie.to_owned(), Arc::clone(&barrier));
        tokio::spawn(async move {
            let mut session = program.open(&cookie).await.expect("the server is up");
            work(&mut session);
            barrier.wait().await;
            program.close(session, &mut cookie).await
        })
    });
    let mut told = [Told::Refused; N];
    for (told, request) in told.iter_mut().zip(requests.collect::<Vec<_>>()) {
        *told = request.await.expect("a request");
    }
    told
}
