//! Every order of the steps of a few actors, each of which does its own in turn.

/// What a step reads and writes, in bits.
#[derive(Clone, Copy, Default)]
pub(super) struct Footprint {
    reads: u8,
    writes: u8,
}

pub(super) const JAR: u8 = 1;
pub(super) const STORE: u8 = 2;
pub(super) const CLOCK: u8 = 4;
pub(super) const EPOCH: u8 = 8;

impl Footprint {
    pub(super) const fn new(reads: u8, writes: u8) -> Self {
        Self { reads, writes }
    }

    /// Whether it does not matter which of two comes first.
    const fn is_independent_of(self, other: Self) -> bool {
        self.writes & (other.reads | other.writes) == 0 && other.writes & self.reads == 0
    }
}

/// Which orders are visited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// All of them.
    All,
    /// Of those that become each other by swapping neighbours that have nothing in common, one.
    ///
    /// Such orders end alike. These are the sleep sets of Godefroid, "Partial-Order Methods for the Verification of
    /// Concurrent Systems" (1996), chapter 5.
    OneOfEachKind,
}

/// Calls `emit` with each order: whose turn it is, step by step.
pub(super) fn visit(actors: &[Vec<Footprint>], which: Visit, emit: &mut impl FnMut(&[usize])) {
    let steps = actors.iter().map(Vec::len).sum();
    let mut search = Search { actors, which, done: vec![0; actors.len()], order: Vec::with_capacity(steps) };
    search.go_on(steps, 0, emit);
}

/// How many orders there are in all: the multinomial coefficient.
pub(super) fn count(lengths: impl IntoIterator<Item = usize>) -> usize {
    let (mut orders, mut steps) = (1, 0);
    for length in lengths {
        for step in 1..=length {
            steps += 1;
            orders = orders * steps / step;
        }
    }
    orders
}

struct Search<'a> {
    actors: &'a [Vec<Footprint>],
    which: Visit,
    /// How many steps each has done.
    done: Vec<usize>,
    order: Vec<usize>,
}

impl Search<'_> {
    /// `asleep`: whose next step has been tried before, and commutes with all that was done since.
    fn go_on(&mut self, left: usize, mut asleep: u32, emit: &mut impl FnMut(&[usize])) {
        if left == 0 {
            return emit(&self.order);
        }
        for actor in 0..self.actors.len() {
            let Some(step) = self.next(actor) else { continue };
            if asleep & (1 << actor) != 0 {
                continue;
            }
            let stays = |other: &usize| {
                let next = self.next(*other).filter(|_| asleep & (1 << other) != 0);
                next.is_some_and(|next| next.is_independent_of(step))
            };
            let below = (0..self.actors.len()).filter(stays).fold(0, |set, other| set | 1 << other);
            self.done[actor] += 1;
            self.order.push(actor);
            self.go_on(left - 1, below, emit);
            self.order.pop();
            self.done[actor] -= 1;
            if self.which == Visit::OneOfEachKind {
                asleep |= 1 << actor;
            }
        }
    }

    fn next(&self, actor: usize) -> Option<Footprint> {
        self.actors[actor].get(self.done[actor]).copied()
    }
}
