//! Who was told that they are logged in has the cookie of it: [`Law::Login`](super::ledger::Law::Login). It holds for slow
//! requests that came with the cookie of the session in which the login was. Where it does not hold is shown here too: a
//! browser keeps the last Set-Cookie line to arrive, and these are the answers that carry one.

use session_core::CookieReason;

use super::handlers::{
    EDIT, FIRST_EDIT, FIRST_LOGIN, LOGIN, LOGINS, LOGOUT, OTHER_EDIT, OTHER_LOGIN, READ, RENEWAL, SAVED_EDIT,
    SAVED_LOGIN,
};
use super::ledger::Law;
use super::script::{Carries, Plan};
use super::world::{Site, recommended};
use super::{after, in_an_order_of_each_kind, in_every_order};

#[test]
fn a_slow_request_does_not_lose_a_login() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for (first, wait) in [(FIRST_EDIT, 0), (FIRST_LOGIN, 90_000)] {
        let mut world = after(&site, &[first]);
        world.clock += wait;
        for login in LOGINS {
            for slow in [READ, EDIT, SAVED_EDIT] {
                orders += in_every_order(&world, &[login.into(), slow.into()]).keeps_all_laws();
            }
        }
    }
    assert_eq!(orders, 7560);
}

#[test]
fn two_slow_requests_do_not_lose_a_login() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_EDIT]);
    let mut orders = 0;
    for (login, one, other) in [(LOGIN, EDIT, OTHER_EDIT), (LOGIN, READ, SAVED_EDIT), (SAVED_LOGIN, EDIT, READ)] {
        let plans = [login.into(), one.into(), other.into()];
        orders += in_an_order_of_each_kind(&world, &plans).keeps_all_laws();
    }
    assert_eq!(orders, 2030);
}

#[test]
fn of_two_logins_one_is_had() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for first in [FIRST_EDIT, FIRST_LOGIN] {
        let world = after(&site, &[first]);
        for (one, other) in [(LOGIN, OTHER_LOGIN), (LOGIN, SAVED_LOGIN), (OTHER_LOGIN, OTHER_LOGIN)] {
            orders += in_every_order(&world, &[one.into(), other.into()]).keeps_all_laws();
        }
        let plans = [LOGIN.into(), OTHER_LOGIN.into(), EDIT.into()];
        orders += in_an_order_of_each_kind(&world, &plans).keeps_all_laws();
    }
    assert_eq!(orders, 2688);
}

/// A bound: who comes without a cookie begins a session of their own, and its cookie may arrive last.
#[test]
fn a_request_without_a_cookie_may_overwrite_a_login() {
    let site = Site::new(recommended());
    let plans = |slow: Carries| [LOGIN.into(), EDIT.carrying(slow).into()];
    let world = after(&site, &[FIRST_EDIT]);
    assert_eq!(in_every_order(&world, &plans(Carries::Nothing)).loses_logins_by(1, CookieReason::New), 252);
    assert_eq!(in_every_order(&world, &plans(Carries::Jar)).keeps_all_laws(), 252);
    // On a first visit both come without one.
    assert_eq!(in_every_order(&after(&site, &[]), &plans(Carries::Jar)).loses_logins_by(1, CookieReason::New), 252);
    // Who puts nothing into the session gets no cookie.
    let read = [LOGIN.into(), READ.carrying(Carries::Nothing).into()];
    assert_eq!(in_every_order(&world, &read).keeps_all_laws(), 252);
}

/// A bound: a session that has ended has left no mark, so a request with its cookie is one without.
#[test]
fn a_request_with_the_cookie_of_an_ended_session_may_overwrite_a_login() {
    let site = Site::counting_epochs();
    let world = after(&site, &[FIRST_LOGIN]);
    let plans = [Plan::SignOut, LOGIN.into(), EDIT.into()];
    let signed_out = in_an_order_of_each_kind(&world, &plans).loses_logins_by(2, CookieReason::New);
    let site = Site::new(recommended());
    let mut world = after(&site, &[FIRST_LOGIN]);
    world.clock += 600_000;
    let unused = in_every_order(&world, &[LOGIN.into(), EDIT.into()]).loses_logins_by(1, CookieReason::New);
    assert_eq!((signed_out, unused), (34, 252));
}

/// A bound: the mark under the old id stands for a minute.
#[test]
fn a_request_that_takes_more_than_a_minute_may_overwrite_a_login() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_EDIT]);
    let plans = |clock: &'static [i64]| [Plan::Clock(clock), LOGIN.into(), EDIT.into()];
    let longer = in_an_order_of_each_kind(&world, &plans(&[60_000])).loses_logins_by(2, CookieReason::New);
    let shorter = in_an_order_of_each_kind(&world, &plans(&[59_999])).keeps_all_laws();
    assert_eq!((longer, shorter), (90, 90));
}

/// A bound: after the same minute a logout finds nothing under the old id, and cannot know that the session went on.
#[test]
fn a_logout_that_takes_more_than_a_minute_may_miss_the_session_that_moved() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let plans = |clock: &'static [i64]| [Plan::Clock(clock), RENEWAL.into(), LOGOUT.into()];
    let longer = in_an_order_of_each_kind(&world, &plans(&[60_000]));
    let shorter = in_an_order_of_each_kind(&world, &plans(&[59_999])).keeps_all_laws();
    assert_eq!((longer.shows(Law::Ended), longer.keeps_all_but(&[Law::Ended]), shorter), (224, 224, 224));
}

/// A bound, of a choice: a cookie with an end of its own is sent again when a use was noted.
#[test]
fn a_persistent_cookie_may_overwrite_a_login() {
    let site = Site::new(recommended().with_persistent_cookie(true));
    let mut world = after(&site, &[FIRST_EDIT]);
    world.clock += 90_000;
    let plans = [LOGIN.into(), READ.into()];
    assert_eq!(in_every_order(&world, &plans).loses_logins_by(1, CookieReason::Rolling), 252);
    // No use is to be noted.
    let world = after(&site, &[FIRST_EDIT]);
    assert_eq!(in_every_order(&world, &plans).keeps_all_laws(), 252);
}

/// A bound: a cookie of an older key is signed anew whatever the request does.
#[test]
fn a_cookie_that_is_signed_anew_may_overwrite_a_login() {
    let (before, site) = (Site::new(recommended()), Site::with_another_key());
    let mut world = after(&before, &[FIRST_EDIT]);
    let plans = [LOGIN.into(), READ.into()];
    assert_eq!(in_every_order(&world, &plans).keeps_all_laws(), 252);
    world.site = &site;
    assert_eq!(in_every_order(&world, &plans).loses_logins_by(1, CookieReason::Resigned), 252);
}

/// A bound: the removal of a logout may arrive after the cookie of a later login.
#[test]
fn a_slow_removal_may_take_a_later_login() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let plans = [LOGIN.into(), LOGOUT.into()];
    assert_eq!(in_every_order(&world, &plans).loses_logins_by(1, CookieReason::Removed), 462);
}

/// A bound: a login that finds the mark of a renewal begins a session of its own, and the renewal's cookie may arrive last.
#[test]
fn a_slow_renewal_may_overwrite_a_login_that_found_its_mark() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for first in [FIRST_EDIT, FIRST_LOGIN] {
        for login in [LOGIN, OTHER_LOGIN] {
            let plans = [login.into(), RENEWAL.into()];
            orders += in_every_order(&after(&site, &[first]), &plans).loses_logins_by(1, CookieReason::New);
        }
    }
    assert_eq!(orders, 4 * 252);
}
