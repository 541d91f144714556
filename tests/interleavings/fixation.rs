//! No id that was there before a login leads to who has logged in: [`Law::Fixation`](super::ledger::Law::Fixation).

use super::handlers::{
    EDIT, FIRST_EDIT, FIRST_LOGIN, LOGIN, OTHER_LOGIN, READ, REGENERATION, RENEWAL, SAVED_EDIT, SAVED_LOGIN,
    SAVED_RENEWAL,
};
use super::ledger::Law;
use super::script::{Act, Carries, Plan, Script};
use super::world::{Jar, Site, World, cookie, recommended};
use super::{after, in_an_order_of_each_kind, in_every_order, then};

/// The id in the browser's jar.
fn id_in_jar(world: &World<'_>) -> u8 {
    Jar::numbers(&world.jar.header()).next().unwrap()
}

/// OWASP ASVS 5.0, 7.2.4: an attacker who has given the victim a session of their own has nothing of the login, whatever
/// they do with it meanwhile.
#[test]
fn an_id_that_was_known_before_a_login_is_of_no_use() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_EDIT]);
    let known = Carries::Id(id_in_jar(&world));
    let mut orders = 0;
    for attack in [READ, EDIT, SAVED_EDIT, RENEWAL, SAVED_RENEWAL, REGENERATION, OTHER_LOGIN] {
        for login in [LOGIN, SAVED_LOGIN] {
            let plans = [login.into(), attack.carrying(known).into()];
            orders += in_every_order(&world, &plans).keeps_all_laws();
        }
        let plans = [LOGIN.into(), attack.carrying(known).into(), READ.carrying(known).into()];
        orders += in_an_order_of_each_kind(&world, &plans).keeps_all_laws();
    }
    assert_eq!(orders, 9884);
}

/// The same where the attacker is logged in with the session that the victim was given.
#[test]
fn a_login_takes_over_nothing_of_another_principal() {
    let site = Site::new(recommended());
    let eves = Script::new("eve's first login", &[Act::Edit, Act::Login("eve")]);
    let world = after(&site, &[eves]);
    let known = Carries::Id(id_in_jar(&world));
    let mut orders = 0;
    for attack in [READ, EDIT, RENEWAL, REGENERATION, OTHER_LOGIN] {
        let plans = [LOGIN.into(), attack.carrying(known).into()];
        orders += in_every_order(&world, &plans).keeps_all_laws();
    }
    assert_eq!(orders, 1260);
}

#[test]
fn an_unknown_id_is_adopted_in_no_order() {
    let site = Site::new(recommended());
    let mut world = after(&site, &[]);
    world.jar.put("/", &cookie(99));
    let mut orders = 0;
    for login in [LOGIN, SAVED_LOGIN] {
        for other in [READ, EDIT, SAVED_RENEWAL, LOGIN.carrying(Carries::Id(99))] {
            // A request without a session may overwrite the login's cookie: see `logins`.
            orders += in_every_order(&world, &[login.into(), other.into()]).keeps_all_but(&[Law::Login]);
        }
    }
    assert_eq!(orders, 3528);
}

/// Another site tosses the attacker's own session, with a good signature and a longer path, at any point.
#[test]
fn a_tossed_session_is_taken_by_none_who_has_one() {
    let site = Site::new(recommended());
    let mut orders = 0;
    for first in [FIRST_EDIT, FIRST_LOGIN] {
        let mut world = after(&site, &[Script::new("eve's first login", &[Act::Edit, Act::Login("eve")])]);
        let tossed = id_in_jar(&world);
        world.ledger.foreign = Some(tossed);
        world.jar = Jar::default();
        then(&mut world, first, 5);
        for one in [READ, EDIT, SAVED_EDIT, LOGIN, RENEWAL] {
            for other in [EDIT, LOGIN] {
                let plans = [Plan::Toss(tossed), one.into(), other.into()];
                // With two sessions in the jar the browser has none, and who has logged in finds no more than that.
                orders += in_an_order_of_each_kind(&world, &plans).keeps_all_but(&[Law::Login]);
            }
        }
    }
    assert_eq!(orders, 1304);
}
