//! A login, what follows it, and a logout.

use super::report::Report;
use super::requests::NOW;
use super::visitor::{Cookie, Visitor};
use crate::login::Form;

pub fn run(report: &mut Report) -> Option<()> {
    let mut visitor = Visitor::new()?;
    report.case("a page without a session", visitor.comes(NOW, Cookie::Kept)?)?;
    let login = visitor.submits(&Form::LogIn("ada", [0xa0; 24]), NOW, Cookie::New)?;
    report.case("a login", login)?;
    report.case("a page", visitor.comes(NOW + 1_000, Cookie::Kept)?)?;
    report.case("a change", visitor.submits(&Form::Change(7), NOW + 2_000, Cookie::Kept)?)?;
    report.case("a change too late", visitor.submits(&Form::Change(7), NOW + 400_000, Cookie::Kept)?)?;
    let second = visitor.submits(&Form::LogIn("ada", [0xa1; 24]), NOW + 401_000, Cookie::New)?;
    report.case("a login in a session", second)?;
    report.case("a logout", visitor.submits(&Form::LogOut, NOW + 402_000, Cookie::Removed)?)?;
    report.case("a page after it", visitor.comes(NOW + 403_000, Cookie::Kept)?)?;
    report.figure("login_instructions", login.instructions)?;
    report.stack("login")
}
