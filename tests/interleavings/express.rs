//! The faults that the laws are against: each is there under the `express` preset, which does as Express does, and the same
//! search finds it. So do writers like that beside the `recommended` preset.

use session_core::CookieReason;

use super::handlers::{EDIT, FIRST_EDIT, FIRST_LOGIN, LOGOUT, OTHER_EDIT, READ};
use super::ledger::Law;
use super::script::{Act, Carries, Script};
use super::world::{Jar, Site, recommended};
use super::{after, in_every_order};

/// A login as it should be, and as it often is.
const LOGIN: Script = Script::new("a login", &[Act::Regenerate, Act::Login("ada")]).by_express();
const FIXED_LOGIN: Script = Script::new("a login without a new id", &[Act::Login("ada")]).by_express();

#[test]
fn a_slow_save_of_express_revives_what_was_logged_out() {
    let site = Site::new(recommended());
    let world = after(&site, &[LOGIN]);
    let plans = [LOGOUT.by_express().into(), EDIT.by_express().into()];
    assert_eq!(in_every_order(&world, &plans).shows(Law::Ended), 462);
}

#[test]
fn of_two_edits_express_loses_one_silently() {
    let site = Site::new(recommended());
    let world = after(&site, &[LOGIN]);
    let plans = [EDIT.by_express().into(), OTHER_EDIT.by_express().into()];
    assert_eq!(in_every_order(&world, &plans).shows(Law::Edits), 252);
}

#[test]
fn a_slow_request_of_express_overwrites_a_login() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_EDIT.by_express()]);
    let explored = in_every_order(&world, &[LOGIN.into(), READ.by_express().into()]);
    assert_eq!(explored.shows(Law::Login), 462);
    let lost = explored.faults.iter().filter(|fault| fault.law == Law::Login);
    assert!(lost.into_iter().all(|fault| fault.set_by == Some((1, CookieReason::New))));
}

#[test]
fn express_leaves_a_fixed_id_to_a_login_without_a_new_one() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_EDIT.by_express()]);
    let known = Carries::Id(Jar::numbers(&world.jar.header()).next().unwrap());
    let attack = READ.by_express().carrying(known);
    assert_eq!(in_every_order(&world, &[FIXED_LOGIN.into(), attack.into()]).shows(Law::Fixation), 252);
    // With a new one the attacker has nothing.
    let explored = in_every_order(&world, &[LOGIN.into(), attack.into()]);
    assert!(explored.faults.iter().all(|fault| fault.law != Law::Fixation));
}

/// As SECURITY.md says: no resurrection and no silent loss only while every writer of the store is ours.
#[test]
fn a_blind_writer_beside_the_recommended_preset_brings_the_faults_back() {
    let site = Site::new(recommended());
    let world = after(&site, &[FIRST_LOGIN]);
    let blind = EDIT.by_express();
    assert_eq!(in_every_order(&world, &[LOGOUT.into(), blind.into()]).shows(Law::Ended), 462);
    assert_eq!(in_every_order(&world, &[OTHER_EDIT.into(), blind.into()]).shows(Law::Edits), 252);
}
