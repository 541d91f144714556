//! Looking up a cookie by its name without reading the others.

use core::iter::FusedIterator;

use super::parse::{Cookie, Cookies, is_blank};
use super::set::CookieName;
use crate::scan::{HAS_VECTORS, LANES};

impl<'h> Cookies<'h> {
    /// The first cookie with this name, if there is one.
    ///
    /// Names are compared byte for byte: case counts, and nothing is decoded. The cookies that were already taken from
    /// the iterator are not looked at. (This hides [`Iterator::find`], for which there is `by_ref().find(..)`.)
    ///
    /// It takes time linear in the length of the header.
    #[must_use]
    pub fn find(&self, name: &[u8]) -> Option<Cookie<'h>> {
        self.find_all(name).next()
    }

    /// Every cookie with this name, in the order of the header.
    ///
    /// A browser sends several when they were set for different paths or domains, or by someone who wants to plant one.
    ///
    /// ```
    /// use session_core::Cookies;
    ///
    /// let values = Cookies::new(b"sid=1; theme=dark; sid=2").find_all(b"sid").map(|cookie| cookie.raw_value());
    /// assert!(values.eq([b"1", b"2"]));
    /// ```
    #[must_use]
    pub fn find_all<'n>(&self, name: &'n [u8]) -> FindAll<'h, 'n> {
        FindAll { cookies: self.clone(), name, ends: Ends::of(name) }
    }

    /// The first cookie with this name, which is one that a cookie can have.
    pub(crate) fn find_named(mut self, name: CookieName<'_>) -> Option<Cookie<'h>> {
        let name = name.as_str().as_bytes();
        Ends::of_token(name)?.next_of(&mut self, name)
    }

    /// Those cookies whose names begin with the same two bytes as this one, and maybe others: to be looked at more closely.
    pub(crate) fn that_begin_like(mut self, name: CookieName<'_>) -> impl Iterator<Item = Cookie<'h>> {
        let name = name.as_str().as_bytes();
        let beginning = name.get(..2).unwrap_or(name);
        let ends = Ends::of_token(beginning);
        core::iter::from_fn(move || {
            // A search is worth its code where it goes by vectors; else all are looked at.
            if HAS_VECTORS {
                self.header = ends?.find(self.header, beginning.len())?;
            }
            self.next()
        })
    }

    /// Skips every cookie that has the name of an earlier one, as `parse` does: the first counts.
    ///
    /// Without a heap there is nowhere to note which names were seen, so each name is looked for from the beginning.
    /// For usual headers that costs little, but the time grows with the number of cookies times the length of the
    /// header: 16 KiB, which is what Node accepts, can hold thousands of names that look alike, and take a tenth of a
    /// second. Prefer to [`find`](Self::find) the cookies that are wanted.
    ///
    /// ```
    /// use session_core::Cookies;
    ///
    /// let values = Cookies::new(b"a=1; b=2; a=3").first_of_each().map(|cookie| cookie.raw_value());
    /// assert!(values.eq([b"1", b"2"]));
    /// ```
    #[must_use]
    pub fn first_of_each(self) -> FirstOfEach<'h> {
        FirstOfEach { all: self.clone(), rest: self }
    }
}

/// The cookies that have one name: see [`Cookies::find_all`].
///
/// ```
/// use session_core::Cookies;
///
/// assert_eq!(Cookies::new(b"sid=1; theme=dark; sid=2").find_all(b"sid").count(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct FindAll<'h, 'n> {
    cookies: Cookies<'h>,
    name: &'n [u8],
    /// `None`: there is no searching for the name, so every pair is read.
    ends: Option<Ends>,
}

impl<'h> Iterator for FindAll<'h, '_> {
    type Item = Cookie<'h>;

    fn next(&mut self) -> Option<Cookie<'h>> {
        let Self { cookies, name, ends } = self;
        match ends {
            Some(ends) => ends.next_of(cookies, name),
            None => cookies.by_ref().find(|cookie| cookie.name() == *name),
        }
    }
}

impl FusedIterator for FindAll<'_, '_> {}

/// The cookies of a request without those whose name came before: see [`Cookies::first_of_each`].
///
/// ```
/// use session_core::Cookies;
///
/// assert_eq!(Cookies::new(b"a=1; b=2; a=3").first_of_each().count(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct FirstOfEach<'h> {
    all: Cookies<'h>,
    rest: Cookies<'h>,
}

impl<'h> Iterator for FirstOfEach<'h> {
    type Item = Cookie<'h>;

    fn next(&mut self) -> Option<Cookie<'h>> {
        loop {
            let cookie = self.rest.next()?;
            let mut first = self.all.find_all(cookie.name());
            first.next();
            if first.cookies.left() == self.rest.left() {
                return Some(cookie);
            }
        }
    }
}

impl FusedIterator for FirstOfEach<'_> {}

/// The first and the last byte of a name: enough to pass over nearly every place that does not have it.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u8,
    last: u8,
}

// A search only proposes where to read. It misses no cookie: where `Cookies` reads a name, only blanks stand between the
// name and the `;` or the beginning before it, and such a place is always proposed.
//
// It is linear in the header: a pair is proposed once at most, and no blank is looked at for two places.
impl Ends {
    /// Those of a name that a cookie can have; no other one is found by looking for it.
    fn of(name: &[u8]) -> Option<Self> {
        let ends = Self::of_token(name)?;
        let is_name = !is_blank(ends.first) && !is_blank(ends.last);
        (is_name && !name.iter().any(|byte| matches!(byte, b'=' | b';'))).then_some(ends)
    }

    /// Those of a token.
    fn of_token(name: &[u8]) -> Option<Self> {
        Some(Self { first: *name.first()?, last: *name.last()? })
    }

    /// The next cookie of the name.
    fn next_of<'h>(self, cookies: &mut Cookies<'h>, name: &[u8]) -> Option<Cookie<'h>> {
        loop {
            while let Some(pair) = self.find(cookies.header, name.len()) {
                if let Some(cookie) = cookies.read_named(pair, name) {
                    return Some(cookie);
                }
            }
            cookies.next_header()?;
        }
    }

    /// The header from the first place on where a pair begins that may have the name of this length.
    ///
    /// `header` begins where a pair may begin.
    fn find(self, header: &[u8], length: usize) -> Option<&[u8]> {
        let begins_pair = |place: usize| {
            let before = header.get(..place).unwrap_or_default();
            matches!(before.iter().rev().find(|byte| !is_blank(**byte)), None | Some(b';'))
        };

        // A place is where the name would begin; at the same index are its first byte in `firsts`, its last in `lasts`.
        let lasts = header.get(length.checked_sub(1)?..)?;
        let firsts = header.get(..lasts.len())?;
        let mut place = 0;
        while place < lasts.len() {
            place += self.absent_from(firsts.get(place..)?, lasts.get(place..)?);
            let behind = place.saturating_add(LANES).min(lasts.len());
            let mut places = self.places(firsts.get(place..behind)?, lasts.get(place..behind)?);
            if let Some(within) = places.find(|within| begins_pair(place + within)) {
                return header.get(place + within..);
            }
            place = behind;
        }
        None
    }

    /// How many places can be passed over at the beginning, in steps of [`LANES`].
    fn absent_from(self, firsts: &[u8], lasts: &[u8]) -> usize {
        let mut rest = (firsts, lasts);
        while let (Some((first_lanes, firsts)), Some((last_lanes, lasts))) =
            (rest.0.split_first_chunk::<LANES>(), rest.1.split_first_chunk::<LANES>())
        {
            if !HAS_VECTORS || first_lanes.iter().zip(last_lanes).fold(false, |any, ends| any | self.are(ends)) {
                break;
            }
            rest = (firsts, lasts);
        }
        lasts.len() - rest.1.len()
    }

    /// The places in order.
    fn places(self, firsts: &[u8], lasts: &[u8]) -> impl Iterator<Item = usize> {
        firsts.iter().zip(lasts).enumerate().filter(move |(_, ends)| self.are(*ends)).map(|(within, _)| within)
    }

    fn are(self, (first, last): (&u8, &u8)) -> bool {
        (*first == self.first) & (*last == self.last)
    }
}
