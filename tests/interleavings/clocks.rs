//! Sessions end by the clock, and nothing but a login moves that: [`Law::Ended`] and [`Law::Times`]. The clock moves at every
//! point of the requests.

use super::handlers::{
    EDIT, FIRST_EDIT, FIRST_LOGIN, LOGIN, LOGOUT, LOOK, OTHER_LOGIN, READ, REGENERATION, RENEWAL, SAVED_EDIT,
    SAVED_LOGIN, SAVED_RENEWAL,
};
use super::ledger::Law;
use super::script::{Plan, Script};
use super::world::{Site, World, recommended};
use super::{after, in_an_order_of_each_kind, then};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;

const HANDLERS: [Script; 9] =
    [EDIT, SAVED_EDIT, READ, RENEWAL, SAVED_RENEWAL, REGENERATION, LOGIN, SAVED_LOGIN, OTHER_LOGIN];

/// Each of these beside an edit, with the clock moving in between.
fn beside_an_edit(world: &World<'_>, handlers: &[Script], clock: &'static [i64], but: &[Law]) -> usize {
    let run = |handler: &Script| {
        let plans = [Plan::Clock(clock), EDIT.into(), (*handler).into()];
        in_an_order_of_each_kind(world, &plans).keeps_all_but(but)
    };
    handlers.iter().map(run).sum()
}

/// A session of a user that is used for so long.
fn used_for(site: &Site, minutes: i64) -> World<'_> {
    let mut world = after(site, &[FIRST_LOGIN]);
    for _ in 0..minutes / 5 {
        world.clock += 5 * MINUTE;
        then(&mut world, READ, 5);
    }
    world
}

/// OWASP ASVS 5.0, 7.3.1: what was not used for too long has ended, and no slow request prolongs it.
#[test]
fn what_was_not_used_for_too_long_has_ended() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let orders = beside_an_edit(&world, &HANDLERS, &[10 * MINUTE], &[Law::Login]);
    assert_eq!(orders, 1026);
}

/// OWASP ASVS 5.0, 7.3.2: what has lived too long has ended, however much it is used.
#[test]
fn what_has_lived_too_long_has_ended() {
    let site = Site::new(recommended());
    let world = used_for(&site, 55);
    let orders = beside_an_edit(&world, &HANDLERS, &[4 * MINUTE, MINUTE], &[Law::Login]);
    assert_eq!(orders, 5202);
}

/// A store that is purged at any point has lost nothing but what had ended.
#[test]
fn a_purge_takes_only_what_has_ended() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for clock in [&[0], &[11 * MINUTE]] {
        for handler in [EDIT, RENEWAL, LOGIN, LOGOUT] {
            let world = after(&site, &[FIRST_LOGIN]);
            let plans = [Plan::Clock(clock), Plan::Purge, EDIT.into(), handler.into()];
            let but: &[Law] = if clock[0] == 0 && handler.name != "a logout" { &[] } else { &[Law::Login] };
            orders += in_an_order_of_each_kind(&world, &plans).keeps_all_but(but);
        }
    }
    assert_eq!(orders, 7164);
}

/// Within the skew no order loses, revives or prolongs anything: not even a login.
#[test]
fn a_clock_that_is_wrong_by_less_than_the_skew_breaks_no_law() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for clock in [&[-50 * SECOND, 50 * SECOND], &[50 * SECOND, -50 * SECOND]] {
        for first in [FIRST_EDIT, FIRST_LOGIN] {
            let handlers = [EDIT, READ, RENEWAL, LOGIN];
            orders += beside_an_edit(&after(&site, &[first]), &handlers, clock, &[]);
        }
    }
    assert_eq!(orders, 6912);
}

/// Beyond the skew a login may be lost, since a session of a time to come is none; nothing else is.
#[test]
fn a_clock_that_is_wrong_by_more_than_the_skew_revives_nothing() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for clock in [&[2 * MINUTE, -2 * MINUTE], &[-2 * MINUTE, 2 * MINUTE]] {
        let handlers = [EDIT, LOGIN, RENEWAL, SAVED_RENEWAL];
        orders += beside_an_edit(&after(&site, &[FIRST_LOGIN]), &handlers, clock, &[Law::Login]);
    }
    assert_eq!(orders, 4332);
}

/// A logout of a session that has ended by a clock that is ahead, or is of a time to come by one that is behind, holds when
/// the clock is set right.
#[test]
fn a_logout_holds_whatever_the_clock_says() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let mut orders = 0;
    for clock in [&[630 * SECOND, -50 * SECOND], &[-2 * MINUTE, 2 * MINUTE], &[2 * MINUTE, -2 * MINUTE]] {
        for handler in [LOOK, EDIT] {
            let plans = [Plan::Clock(clock), LOGOUT.into(), handler.into()];
            orders += in_an_order_of_each_kind(&world, &plans).keeps_all_laws();
        }
    }
    assert_eq!(orders, 4776);
}
