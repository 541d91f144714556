//! Runs one path so many times: `instructions NAME TIMES`. Without arguments it prints the names.

fn main() {
    let mut calls = paths::ours::calls();
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        return calls.iter().for_each(|call| println!("{}", call.name()));
    };
    let times = arguments.next().and_then(|times| times.parse().ok()).expect("how many times");
    calls.iter_mut().find(|call| call.name() == name).expect("a path of this name").run(times);
}
