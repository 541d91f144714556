//! Two and three requests on one session, in every order of their steps, against a model.
//!
//! A request is a script of steps, each of which is done without anything of another request in between: it is sent with
//! the cookies of that moment, the store is asked what it has, the handler works, the store is asked to keep it, and the
//! answer arrives at the browser. The clock, a purge, and a user who signs out everywhere are scripts as well. Nothing
//! depends on how long anything takes: an order is data, and a failure prints it as words.
//!
//! What is to hold, whatever the order, is a [`Law`] each. The faults of Express, which has no such laws, are found by the
//! same search in `express`: that shows that it can find some.

mod handlers;
mod ledger;
mod orders;
mod request;
mod script;
mod world;

// The laws:
mod clocks;
mod edits;
mod endings;
mod failures;
mod fixation;
mod logins;
mod looks;
mod pairs;
// And what they are measured by:
mod express;

use std::collections::BTreeSet;
use std::fmt::Write;

use session_core::CookieReason;

use ledger::Law;
use orders::Visit;
use request::{Running, Told, Written};
use script::{Plan, Script, Step};
use world::{Site, World};

/// What was found in all orders.
#[derive(Default)]
struct Explored {
    /// How many orders were run.
    orders: usize,
    faults: Vec<Fault>,
    /// How the orders ended, if that is wanted.
    ends: Option<BTreeSet<String>>,
}

/// A law that does not hold in an order.
struct Fault {
    law: Law,
    detail: String,
    order: String,
    /// Which actor's answer set the cookie that the browser has, and why.
    set_by: Option<(usize, CookieReason)>,
}

impl Explored {
    /// No law was broken in any order; says how many there were.
    fn keeps_all_laws(&self) -> usize {
        self.keeps_all_but(&[])
    }

    /// None but these was.
    fn keeps_all_but(&self, laws: &[Law]) -> usize {
        let of_note = || self.faults.iter().filter(|fault| !laws.contains(&fault.law));
        let by_law: BTreeSet<_> = of_note().map(|fault| fault.law).collect();
        let mut text = String::new();
        for law in by_law {
            let mut faults = of_note().filter(|fault| fault.law == law);
            let (number, first) = (faults.clone().count(), faults.next().unwrap());
            write!(text, "\n{law:?}, {number} times: {} ({:?})\n  {}", first.detail, first.set_by, first.order)
                .unwrap();
        }
        assert!(text.is_empty(), "in {} orders:{text}", self.orders);
        assert_ne!(self.orders, 0);
        self.orders
    }

    /// Some orders lose a login, in all of which the browser's cookie was set last by this actor for this reason, and no
    /// other law is broken.
    fn loses_logins_by(&self, actor: usize, reason: CookieReason) -> usize {
        self.shows(Law::Login);
        let other = self.faults.iter().find(|fault| fault.set_by != Some((actor, reason)));
        let other = other.map(|fault| (&fault.detail, fault.set_by, &fault.order));
        assert!(other.is_none(), "{other:?}");
        self.keeps_all_but(&[Law::Login])
    }

    /// Some order breaks this law.
    fn shows(&self, law: Law) -> usize {
        assert!(self.faults.iter().any(|fault| fault.law == law), "{law:?} holds in {} orders", self.orders);
        self.orders
    }
}

/// Runs these in every order.
fn in_every_order(base: &World<'_>, plans: &[Plan]) -> Explored {
    let mut explored = Explored::default();
    explore(base, plans, Visit::All, &mut explored);
    let expected = orders::count(plans.iter().map(|plan| plan.steps().len()));
    assert_eq!(explored.orders, expected, "there are more");
    explored
}

/// Runs these in an order of each kind: those that differ by what has nothing in common are of one.
fn in_an_order_of_each_kind(base: &World<'_>, plans: &[Plan]) -> Explored {
    let mut explored = Explored::default();
    explore(base, plans, Visit::OneOfEachKind, &mut explored);
    explored
}

fn explore(base: &World<'_>, plans: &[Plan], which: Visit, explored: &mut Explored) {
    let steps: Vec<Vec<Step>> = plans.iter().map(Plan::steps).collect();
    let of_plan = |(plan, steps): (&Plan, &Vec<Step>)| steps.iter().map(|step| plan.footprint(*step)).collect();
    let footprints: Vec<_> = plans.iter().zip(&steps).map(of_plan).collect();
    orders::visit(&footprints, which, &mut |order| {
        let mut next = vec![0; plans.len()];
        let turns = order.iter().map(|actor| {
            next[*actor] += 1;
            (*actor, steps[*actor][next[*actor] - 1])
        });
        let turns: Vec<_> = turns.collect();
        run(base, plans, &turns, explored);
    });
}

fn run(base: &World<'_>, plans: &[Plan], turns: &[(usize, Step)], explored: &mut Explored) {
    let mut world = base.clone();
    let mut requests = start(plans);
    for (actor, step) in turns {
        match (step, &mut requests[*actor]) {
            (Step::Clock(ms), _) => world.clock += ms,
            (Step::Purge, _) => {
                world.store.purge(world.now(), usize::MAX);
            }
            (Step::SignOut, _) => world.epoch += 1,
            (Step::Toss(id), _) => world.jar.put("/app", &world::cookie(*id)),
            (_, Some(request)) => request.step(*step, &mut world),
            (_, None) => unreachable!("a request's step"),
        }
    }
    let requests: Vec<_> = requests.into_iter().flatten().collect();
    finish(&mut world, &requests);

    explored.orders += 1;
    let order = || turns.iter().map(|(actor, step)| plans[*actor].words(*step)).collect::<Vec<_>>().join(", ");
    let set_by = world.jar.set_by;
    let faults = world.ledger.faults.drain(..);
    explored.faults.extend(faults.map(|(law, detail)| Fault { law, detail, order: order(), set_by }));
    if let Some(ends) = &mut explored.ends {
        let data: Vec<_> = world.sessions().iter().map(|(id, record)| (*id, *record.data())).collect();
        let told: Vec<_> = requests.iter().map(|request| request.told).collect();
        ends.insert(format!("{:?} {data:?} {told:?}", world.jar));
    }
}

fn start(plans: &[Plan]) -> Vec<Option<Running>> {
    let requests = plans.iter().enumerate().map(|(index, plan)| match plan {
        Plan::Request(script) => Some(Running::new(*script, index)),
        Plan::Clock(_) | Plan::Purge | Plan::SignOut | Plan::Toss(_) => None,
    });
    requests.collect()
}

/// What the laws say of the end.
fn finish(world: &mut World<'_>, requests: &[Running]) {
    world.check();
    let (now, sessions) = (world.now(), world.sessions());
    for request in requests.iter().filter(|request| request.told == Told::Done) {
        let taken = request.written.iter().fold(0, |taken, written| taken | written.marks);
        if request.kept & !taken != 0 {
            world.ledger.fault(Law::Edits, format!("an edit of {} was never stored", request.script.name));
        }
        for written in &request.written {
            let is_let_go = world.ledger.lines()[written.line].resets != written.resets;
            if is_let_go || world.ledger.may_be_over(written.line, now, world.epoch) {
                continue;
            }
            let of_line = |(key, _): &&(u8, _)| world.ledger.line(*key) == Some(written.line);
            let data = sessions.iter().find(of_line).map_or(0, |(_, record)| *record.data());
            if data & written.marks != written.marks {
                world.ledger.fault(Law::Edits, format!("an edit of {} is lost", request.script.name));
            }
        }
    }
    finish_logins(world, requests);
}

fn finish_logins(world: &mut World<'_>, requests: &[Running]) {
    let lasts = |login: &&Written| {
        let is_let_go = world.ledger.lines()[login.line].resets != login.resets;
        !is_let_go && !world.ledger.may_be_over(login.line, world.now(), world.epoch)
    };
    let logins: Vec<_> = requests.iter().filter_map(Running::login).filter(lasts).map(|login| login.line).collect();
    if logins.is_empty() {
        return;
    }
    let detail = match world.logged_in() {
        Ok(id) if world.ledger.line(id).is_some_and(|line| logins.contains(&line)) => return,
        Ok(id) => format!("the browser's cookie names {id}, of another login"),
        Err(detail) => detail,
    };
    world.ledger.fault(Law::Login, detail);
}

/// The world after these requests, one after the other. There is room for two.
fn after<'s>(site: &'s Site, scripts: &[Script]) -> World<'s> {
    let mut world = World::new(site);
    for (place, script) in scripts.iter().enumerate() {
        then(&mut world, *script, place + 4);
    }
    world
}

/// Has a request answered; its index is that of no other.
fn then(world: &mut World<'_>, script: Script, index: usize) {
    let mut request = Running::new(script, index);
    for step in script.steps() {
        request.step(step, world);
    }
    assert_eq!(request.told, Told::Done, "{}", script.name);
    assert!(world.ledger.faults.is_empty(), "{:?}", world.ledger.faults);
    world.jar.set_by = None;
}
