//! Visits that are counted, and what others may send.

use super::report::Report;
use super::requests::{NOW, OTHERS};
use super::visitor::{Cookie, Visitor};

pub fn run(report: &mut Report) -> Option<()> {
    const EXPRESS: bool = cfg!(feature = "exchange");
    // The one preset sends it with each change, the other only if it is new.
    let again = if EXPRESS { Cookie::Again } else { Cookie::Kept };
    let mut visitor = Visitor::new()?;

    report.case("a first visit", visitor.comes(NOW, Cookie::New)?)?;
    let second = visitor.comes(NOW + 1_000, again)?;
    report.case("a second one, ours of five cookies", second)?;
    report.case("two minutes later", visitor.comes(NOW + 120_000, again)?)?;
    report.case("a day later", visitor.comes(NOW + 86_400_000, Cookie::New)?)?;
    visitor.sends(&[b"x"])?;
    report.case("a forged cookie", visitor.comes(NOW, Cookie::New)?)?;
    visitor.sends(&[b"; ", OTHERS, OTHERS, OTHERS])?;
    report.case("ours of 17 cookies", visitor.comes(NOW + 2_000, again)?)?;
    visitor.is_another();
    visitor.sends(&[b"connect.sid=s%3A%FF%C3%28%2; __Host-sid=s%3A%FF%C3%28%2"])?;
    report.case("malformed escapes", visitor.comes(NOW, Cookie::New)?)?;
    // Eight have a place; the ninth finds none.
    for _ in 0..5 {
        visitor.is_another();
        report.case("another visitor", visitor.comes(NOW, Cookie::New)?)?;
    }
    visitor.is_another();
    report.case("one more than the store has places for", visitor.comes(NOW, Cookie::Kept)?)?;

    report.figure(if EXPRESS { "exchange_instructions" } else { "recommended_instructions" }, second.instructions)?;
    report.figure(if EXPRESS { "exchange_store" } else { "recommended_store" }, visitor.store_size())?;
    report.stack(if EXPRESS { "exchange" } else { "recommended" })
}
