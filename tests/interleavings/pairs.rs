//! Each handler beside each other one.

use session_core::CookieReason;

use super::handlers::{ALL, FIRST_EDIT, FIRST_LOGIN};
use super::ledger::Law;
use super::world::{Site, recommended};
use super::{after, in_an_order_of_each_kind};

/// All laws hold, but that a login may be lost to a logout's removal or to another new id, as `logins` shows.
#[test]
fn each_handler_beside_each_other_keeps_the_laws() {
    let sites = [Site::new(recommended()), Site::counting_epochs()];
    let mut orders = 0;
    for site in &sites {
        for (first, wait) in [(FIRST_EDIT, 0), (FIRST_LOGIN, 90_000)] {
            let mut world = after(site, &[first]);
            world.clock += wait;
            for (place, one) in ALL.iter().enumerate() {
                for other in &ALL[place..] {
                    let explored = in_an_order_of_each_kind(&world, &[(*one).into(), (*other).into()]);
                    orders += explored.keeps_all_but(&[Law::Login]);
                    let reasons = explored.faults.iter().map(|fault| fault.set_by.unwrap().1);
                    assert!(reasons.clone().all(|reason| matches!(reason, CookieReason::New | CookieReason::Removed)));
                }
            }
        }
    }
    assert_eq!(orders, 6680);
}
