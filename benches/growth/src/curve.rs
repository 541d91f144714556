//! What was measured, and how it grows.

use std::fmt::Write as _;

use measure::{Case, interleave};
use paths::Call;

/// Some curves over one quantity.
pub(crate) struct Plot {
    /// Without `.svg`.
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    /// What grows.
    pub(crate) quantity: &'static str,
    pub(crate) curves: Vec<Curve>,
}

/// The time that an operation takes, in ns.
pub(crate) struct Curve {
    pub(crate) name: String,
    /// A quantity and the time.
    pub(crate) points: Vec<(f64, f64)>,
}

impl Plot {
    /// Another one over the same quantity.
    pub(crate) fn empty(&self) -> Self {
        Self { file: self.file, title: self.title, quantity: self.quantity, curves: vec![] }
    }

    /// Measures the calls of each curve in turn.
    pub(crate) fn of(
        (file, title, quantity): (&'static str, &'static str, &'static str),
        curves: Vec<(&str, Vec<(usize, Call)>)>,
        rounds: u32,
    ) -> Self {
        let (mut places, mut cases) = (vec![], vec![]);
        for (name, calls) in curves {
            for (quantity, call) in calls {
                places.push((name, quantity as f64));
                cases.push(Case::from(call));
            }
        }
        interleave(&mut cases, rounds, || ());
        let mut plot = Self { file, title, quantity, curves: vec![] };
        for ((name, quantity), case) in places.into_iter().zip(&cases) {
            plot.add(name, quantity, case.nanoseconds);
        }
        plot
    }

    /// Another point of a curve.
    pub(crate) fn add(&mut self, name: &str, quantity: f64, nanoseconds: f64) {
        match self.curves.iter_mut().find(|curve| curve.name == name) {
            Some(curve) => curve.points.push((quantity, nanoseconds)),
            None => self.curves.push(Curve { name: name.into(), points: vec![(quantity, nanoseconds)] }),
        }
    }

    /// A table of all that was measured.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("\n![{}](plots/{}.svg)\n\n| {} |", self.title, self.file, self.quantity);
        let mut quantities: Vec<f64> = self.curves.iter().flat_map(|curve| &curve.points).map(|(at, _)| *at).collect();
        quantities.sort_by(f64::total_cmp);
        quantities.dedup();
        quantities.iter().for_each(|quantity| text += &format!(" {quantity} |"));
        text += " grows as |\n|---|---|";
        text += &"---|".repeat(quantities.len());
        for curve in &self.curves {
            let _ = write!(text, "\n| {}, ns |", curve.name);
            for quantity in &quantities {
                let point = curve.points.iter().find(|(at, _)| at == quantity);
                let _ = match point {
                    Some((_, time)) if *time < 100.0 => write!(text, " {time:.1} |"),
                    Some((_, time)) => write!(text, " {time:.0} |"),
                    None => write!(text, " |"),
                };
            }
            let _ = write!(text, " {} |", curve.growth());
        }
        text + "\n"
    }
}

impl Curve {
    /// What a unit more costs at the end of the curve, and which power that is.
    fn growth(&self) -> String {
        let [.., (from, fast), (to, slow)] = self.points.as_slice() else { return String::new() };
        format!("n^{:.2}, {:.3} ns each", (slow / fast).ln() / (to / from).ln(), (slow - fast) / (to - from))
    }
}
