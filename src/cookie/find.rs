//! Looking up a cookie by its name without reading the others.

use core::iter::FusedIterator;

use super::parse::{Cookie, Cookies, is_blank};
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
        FindAll { cookies: self.clone(), name }
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
}

// The search only proposes where to read; what is there, and whether it has the name, is said by `Cookies`. So it can
// find nothing that is not a cookie. Nor does it miss one: where `Cookies` reads a name, only blanks stand between the
// name and the `;` or the beginning before it, and such a place is always proposed.
//
// It is linear in the header: a pair is proposed once at most, and no blank is looked at for two places.
impl<'h> Iterator for FindAll<'h, '_> {
    type Item = Cookie<'h>;

    fn next(&mut self) -> Option<Cookie<'h>> {
        loop {
            match find_candidate(self.cookies.header, self.name) {
                Some(pair) => {
                    self.cookies.header = pair;
                    let cookie = self.cookies.next()?;
                    if cookie.name() == self.name {
                        return Some(cookie);
                    }
                }
                None => self.cookies.next_header()?,
            }
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

/// The header from the first place on where a pair begins that may have the name.
///
/// `header` begins where a pair may begin.
fn find_candidate<'h>(header: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    let ends = match *name {
        [first] if !is_blank(first) => Ends { first, last: first },
        [first, .., last] if !is_blank(first) => Ends { first, last },
        // The empty name, or one that is trimmed before it is compared: every pair has to be read.
        _ => return if header.is_empty() { None } else { Some(header) },
    };
    let begins_pair = |place: usize| {
        let before = header.get(..place).unwrap_or_default();
        matches!(before.iter().rev().find(|byte| !is_blank(**byte)), None | Some(b';'))
    };

    // A place is where the name would begin; at the same index are its first byte in `firsts`, its last in `lasts`.
    let lasts = header.get(name.len() - 1..)?;
    let firsts = header.get(..lasts.len())?;
    let mut place = 0;
    while place < lasts.len() {
        place += ends.absent_from(firsts.get(place..)?, lasts.get(place..)?);
        let behind = place.saturating_add(LANES).min(lasts.len());
        let mut places = ends.places(firsts.get(place..behind)?, lasts.get(place..behind)?);
        if let Some(within) = places.find(|within| begins_pair(place + within)) {
            return header.get(place + within..);
        }
        place = behind;
    }
    None
}

/// The first and the last byte of a name: enough to pass over nearly every place that does not have it.
#[derive(Clone, Copy)]
struct Ends {
    first: u8,
    last: u8,
}

impl Ends {
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
