//! Requests that stop after any step, and operations of which nobody knows whether they were done: all laws hold, and what
//! is found out by looking again is true.

use session_core::CookieReason;

use super::handlers::{
    EDIT, FIRST_EDIT, FIRST_LOGIN, LOGIN, LOGOUT, OTHER_EDIT, OTHER_LOGIN, REGENERATION, RENEWAL, SAVED_EDIT,
    SAVED_LOGIN, SAVED_LOGOUT, SAVED_RENEWAL,
};
use super::ledger::Law;
use super::script::{Doubt, Script};
use super::world::{Site, recommended};
use super::{Explored, after, in_an_order_of_each_kind};

const FAILING: [Script; 9] =
    [EDIT, SAVED_EDIT, LOGOUT, SAVED_LOGOUT, LOGIN, SAVED_LOGIN, RENEWAL, SAVED_RENEWAL, REGENERATION];
const BESIDE: [Script; 4] = [OTHER_EDIT, LOGOUT, OTHER_LOGIN, RENEWAL];

/// All laws hold, but that a login may be lost to a removal or to another new id that arrives last, as `logins` shows.
fn check(explored: &Explored) -> usize {
    let reasons = explored.faults.iter().filter_map(|fault| fault.set_by).map(|(_, reason)| reason);
    assert!(reasons.into_iter().all(|reason| matches!(reason, CookieReason::New | CookieReason::Removed)));
    explored.keeps_all_but(&[Law::Login])
}

#[test]
fn a_request_that_stops_after_any_step_breaks_no_law() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for first in [FIRST_EDIT, FIRST_LOGIN] {
        let world = after(&site, &[first]);
        for failing in FAILING {
            for steps in 0..failing.steps().len() {
                for beside in BESIDE {
                    let plans = [failing.crashing_after(steps).into(), beside.into()];
                    orders += check(&in_an_order_of_each_kind(&world, &plans));
                }
            }
        }
    }
    assert_eq!(orders, 1880);
}

#[test]
fn an_operation_in_doubt_breaks_no_law_and_is_found_out() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let mut orders = 0;
    for failing in FAILING {
        let ops = failing.steps().len() - 4;
        for (op, done, looks_again) in (0..ops * 4).map(|number| (number / 4, number & 1 == 1, number & 2 == 2)) {
            for beside in BESIDE {
                let plans = [failing.doubting(Doubt { op, done, looks_again }).into(), beside.into()];
                orders += check(&in_an_order_of_each_kind(&world, &plans));
            }
        }
    }
    assert_eq!(orders, 7582);
}
