//! How the cost of session-core grows with what there is, and how much memory it takes: `growth plots FOLDER` draws, and
//! `growth memory` and `growth quick` print.

mod curve;
mod headers;
mod memory;
mod plot;
mod stores;

use std::path::Path;

use curve::Plot;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["plots", folder] => {
            for plot in plots(200, 1_000_000) {
                plot::draw(&plot, &Path::new(folder).join(format!("{}.svg", plot.file)));
                print!("{}", plot.markdown());
            }
        }
        ["memory"] => print!("{}", memory::markdown(1_000_000)),
        ["quick"] => {
            let text: String = plots(1, 1_000).iter().map(Plot::markdown).chain([memory::markdown(1_000)]).collect();
            println!("{} lines, of which no time says anything after one round", text.lines().count());
        }
        _ => panic!("growth plots FOLDER | memory | quick"),
    }
}

/// Everything, in so many rounds and with so many sessions at most.
fn plots(rounds: u32, sessions: usize) -> Vec<Plot> {
    let mut plots = headers::plots(rounds);
    plots.extend(stores::plots(rounds, sessions));
    plots
}
