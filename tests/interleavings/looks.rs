//! Who only looks leaves no trace: [`Law::Passive`](super::ledger::Law::Passive).

use super::handlers::{ALL, EDIT, FIRST_EDIT, FIRST_LOGIN, LOGIN, LOGOUT, LOOK, RENEWAL};
use super::script::Plan;
use super::world::{Site, recommended};
use super::{after, in_an_order_of_each_kind, in_every_order};

#[test]
fn a_look_changes_nothing_and_sees_what_is_alive() {
    let sites =
        [Site::new(recommended()), Site::counting_epochs(), Site::new(recommended().with_persistent_cookie(true))];
    let mut orders = 0;
    for site in &sites {
        for first in [FIRST_EDIT, FIRST_LOGIN] {
            let mut world = after(site, &[first]);
            world.clock += 90_000;
            let beside = if site.epochs { Plan::SignOut } else { Plan::Purge };
            for handler in ALL {
                orders += in_every_order(&world, &[LOOK.into(), handler.into()]).keeps_all_laws();
            }
            for handler in [EDIT, LOGOUT, LOGIN, RENEWAL] {
                let plans = [LOOK.into(), handler.into(), Plan::Clock(&[510_000]), beside];
                orders += in_an_order_of_each_kind(&world, &plans).keeps_all_laws();
            }
        }
    }
    assert_eq!(orders, 8558);
}
