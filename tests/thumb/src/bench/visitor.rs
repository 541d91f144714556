//! A server, and a browser whose requests are measured.

use super::cost::Cost;
use super::requests::{OTHERS, SECRET};
use super::{address, address_mut};
use crate::Request;
#[cfg(feature = "exchange")]
use crate::exchange::{Manager, Store, exchange as entry, exchange_start as start};
#[cfg(feature = "login")]
use crate::login::{Form, Submitted, login as entry, login_start as start};
#[cfg(feature = "login")]
use crate::recommended::{Manager, Store};
#[cfg(feature = "recommended")]
use crate::recommended::{Manager, Store, recommended as entry, recommended_start as start};

/// What the answer does to the browser's cookie.
#[derive(Clone, Copy, PartialEq)]
pub enum Cookie {
    /// Another one takes its place.
    New,
    /// It is sent again.
    Again,
    /// Nothing is sent.
    Kept,
    /// It is taken away.
    Removed,
}

pub struct Visitor {
    manager: Manager,
    store: Store,
    line: [u8; 320],
    header: [u8; 640],
    length: usize,
    /// Of the ids so far.
    count: u8,
}

impl Visitor {
    pub fn new() -> Option<Self> {
        let mut manager = None;
        start(&SECRET, &mut manager);
        Some(Self { manager: manager?, store: Store::new(), line: [0; 320], header: [0; 640], length: 0, count: 0 })
    }

    /// A request of the browser, whose answer does this to the cookie.
    pub fn comes(&mut self, now: i64, expected: Cookie) -> Option<Cost> {
        #[cfg(feature = "login")]
        return self.submits(&Form::None, now, expected);
        #[cfg(not(feature = "login"))]
        {
            let header = self.header;
            let request = self.request(&header, now)?;
            let (cost, length) = self.measured(address(&request))?;
            self.keeps(length, expected)?;
            Some(cost)
        }
    }

    #[cfg(feature = "login")]
    pub fn submits(&mut self, form: &Form<'_>, now: i64, expected: Cookie) -> Option<Cost> {
        let header = self.header;
        let submitted = Submitted { request: self.request(&header, now)?, form: *form };
        let (cost, length) = self.measured(address(&submitted))?;
        self.keeps(length, expected)?;
        Some(cost)
    }

    /// Forgets all cookies.
    pub fn is_another(&mut self) {
        self.length = 0;
    }

    /// Adds to the cookies.
    pub fn sends(&mut self, parts: &[&[u8]]) -> Option<()> {
        for byte in parts.iter().copied().flatten() {
            *self.header.get_mut(self.length)? = *byte;
            self.length += 1;
        }
        Some(())
    }

    #[cfg(not(feature = "login"))]
    pub fn store_size(&self) -> usize {
        size_of_val(&self.store)
    }

    fn request<'h>(&mut self, header: &'h [u8], now: i64) -> Option<Request<'h>> {
        self.count += 1;
        Some(Request { cookie: header.get(..self.length)?, target: "/", now, random: [self.count; 24] })
    }

    fn measured(&mut self, input: usize) -> Option<(Cost, usize)> {
        self.line = [0; 320];
        let arguments = [address(&self.manager), input, address_mut(&mut self.store), address_mut(&mut self.line)];
        // SAFETY: these are its arguments.
        let cost = unsafe { Cost::of(entry as *const (), arguments) };
        Some((cost, self.line.iter().position(|byte| *byte == 0)?))
    }

    fn keeps(&mut self, length: usize, expected: Cookie) -> Option<()> {
        let mut pair = [0; 320];
        let sent = self.line.get(..length)?.split(|byte| *byte == b';').next()?;
        let pair = pair.get_mut(..sent.len())?;
        pair.copy_from_slice(sent);
        let found = if pair.is_empty() {
            Cookie::Kept
        } else if pair.ends_with(b"=") {
            self.is_another();
            Cookie::Removed
        } else if self.header.get(..self.length)?.windows(pair.len()).any(|part| part == pair) {
            Cookie::Again
        } else {
            self.is_another();
            self.sends(&[OTHERS, pair])?;
            Cookie::New
        };
        (found == expected).then_some(())
    }
}
