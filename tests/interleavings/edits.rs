//! What a request was told is done is there: [`Law::Edits`](super::ledger::Law::Edits).

use std::collections::BTreeSet;

use super::handlers::{
    EDIT, FIRST_EDIT, FIRST_LOGIN, LOOK, OTHER_EDIT, READ, REGENERATION, RENEWAL, SAVED_EDIT, SAVED_RENEWAL,
};
use super::orders::Visit;
use super::world::{Site, recommended};
use super::{Explored, after, explore, in_an_order_of_each_kind, in_every_order};

#[test]
fn of_two_edits_both_are_there_or_one_is_told() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for first in [FIRST_EDIT, FIRST_LOGIN] {
        let world = after(&site, &[first]);
        for (one, other) in [(EDIT, OTHER_EDIT), (EDIT, SAVED_EDIT), (SAVED_EDIT, SAVED_EDIT)] {
            orders += in_every_order(&world, &[one.into(), other.into()]).keeps_all_laws();
        }
    }
    assert_eq!(orders, 2 * (252 + 462 + 924));
}

#[test]
fn an_edit_beside_a_new_id_is_there_or_told() {
    let site = Site::new(recommended());
    let mut world = after(&site, &[FIRST_LOGIN]);
    // So that a read notes the use.
    world.clock += 90_000;
    let mut orders = 0;
    for edit in [EDIT, SAVED_EDIT, READ] {
        for other in [RENEWAL, SAVED_RENEWAL, REGENERATION] {
            orders += in_every_order(&world, &[edit.into(), other.into()]).keeps_all_laws();
        }
    }
    assert_eq!(orders, 3780);
}

#[test]
fn of_three_edits_none_is_lost_silently() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let mut orders = 0;
    for third in [EDIT, SAVED_EDIT, RENEWAL, SAVED_RENEWAL] {
        orders += in_an_order_of_each_kind(&world, &[EDIT.into(), OTHER_EDIT.into(), third.into()]).keeps_all_laws();
    }
    assert_eq!(orders, 2408);
}

/// The orders that are left out end like those that are not.
#[test]
fn an_order_of_each_kind_stands_for_all() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_EDIT]);
    let blind = [EDIT.by_express().into(), OTHER_EDIT.by_express().into()];
    let of_three = [EDIT.crashing_after(4).into(), OTHER_EDIT.crashing_after(4).into(), LOOK.into()];
    let of_two = [[EDIT.into(), OTHER_EDIT.into()], [SAVED_EDIT.into(), RENEWAL.into()], blind];
    for plans in of_two.iter().map(<[_; 2]>::as_slice).chain([of_three.as_slice()]) {
        let [few, all] = [Visit::OneOfEachKind, Visit::All].map(|which| {
            let mut explored = Explored { ends: Some(BTreeSet::new()), ..Explored::default() };
            explore(&world, plans, which, &mut explored);
            (explored.orders, explored.ends.unwrap())
        });
        assert!(0 < few.0 && few.0 < all.0);
        assert!(!few.1.is_empty() && few.1 == all.1, "{:?}", all.1.symmetric_difference(&few.1));
    }
}
