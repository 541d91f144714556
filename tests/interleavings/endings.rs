//! What has ended does not come back: [`Law::Ended`](super::ledger::Law::Ended).

use session_core::CookieReason;

use super::handlers::{
    EDIT, FIRST_EDIT, FIRST_LOGIN, LOGIN, LOGINS, LOGOUT, OTHER_EDIT, RENEWAL, SAVED_LOGOUT, SAVED_RENEWAL, WRITERS,
};
use super::ledger::Law;
use super::script::Plan;
use super::world::{Site, recommended};
use super::{after, in_an_order_of_each_kind, in_every_order};

/// OWASP ASVS 5.0, 7.4.1: a logout ends the session, whatever slow requests write, and whoever is told so was logged out.
#[test]
fn nothing_brings_back_what_was_logged_out() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for (first, wait, logout) in [(FIRST_EDIT, 0, LOGOUT), (FIRST_LOGIN, 90_000, SAVED_LOGOUT)] {
        let mut world = after(&site, &[first]);
        world.clock += wait;
        for writer in WRITERS {
            orders += in_every_order(&world, &[logout.into(), writer.into()]).keeps_all_laws();
        }
    }
    assert_eq!(orders, 10_296);
}

/// A login and a logout that cross each other: the logout ends both sessions, or is told that it has not.
#[test]
fn a_logout_beside_a_login_tells_the_truth() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for first in [FIRST_EDIT, FIRST_LOGIN] {
        for login in LOGINS {
            let plans = [LOGOUT.into(), login.into()];
            let explored = in_every_order(&after(&site, &[first]), &plans);
            // A removal that comes after the cookie of a later login takes that: see `logins`.
            orders += explored.loses_logins_by(0, CookieReason::Removed);
        }
    }
    assert_eq!(orders, 3696);
}

#[test]
fn nothing_brings_back_what_was_logged_out_of_three() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let mut orders = 0;
    for (one, other) in [(EDIT, RENEWAL), (EDIT, OTHER_EDIT), (RENEWAL, SAVED_RENEWAL), (LOGOUT, RENEWAL)] {
        let plans = [LOGOUT.into(), one.into(), other.into()];
        orders += in_an_order_of_each_kind(&world, &plans).keeps_all_laws();
    }
    assert_eq!(orders, 9991);
}

/// OWASP ASVS 5.0, 7.4.2 and 7.4.3: all sessions of a user end at once.
#[test]
fn nothing_brings_back_what_was_signed_out_everywhere() {
    let site = Site::counting_epochs();
    let world = after(&site, &[FIRST_LOGIN]);
    let mut orders = 0;
    for writer in WRITERS.into_iter().chain(LOGINS) {
        orders += in_every_order(&world, &[Plan::SignOut, writer.into()]).keeps_all_laws();
        // Who logs in again may have a slow request of before in another tab: see `logins`.
        let explored = in_an_order_of_each_kind(&world, &[Plan::SignOut, writer.into(), LOGIN.into()]);
        orders += explored.keeps_all_but(&[Law::Login]);
    }
    assert_eq!(orders, 423);
}
