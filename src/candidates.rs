//! All the ids that the cookies of a request name, for the `recommended` preset; `express` reads the first cookie alone.
//!
//! A browser sends several cookies of one name if they were set for different paths or domains: by an older configuration,
//! or by another host of the site that plants one. Their order proves nothing, and so does a signature: who plants one can
//! have got it from us. So all are verified, and the store is asked which of them live.
//!
//! | a cookie of the name, in the order of the headers | is |
//! |---|---|
//! | over 173 bytes long, not of the form `s:` id `.` 43 letters of base64 | not counted; no hash is spent on it |
//! | of that form, the 17th | too many |
//! | with a signature that no key fits, or without an id | not counted |
//! | with an id that was seen before | that one, with the newer of the two keys |
//! | with another id | one more |
//!
//! | in all there are | the answer is |
//! |---|---|
//! | over 16 KiB of headers, over 255 semicolons, or too many of that form | `TooManyCookies` |
//! | more ids than may be looked for | `Ambiguous` |
//! | some | these |
//! | none | what is wrong with the first cookie of the name; `Missing` without one |
//!
//! Ids of 2012, without `s:`, are never read.

use crate::base64::{self, Alphabet};
use crate::cookie::{Cookie, CookieName, Cookies, has_prefix};
use crate::key::{Key, KeyRing, SIGNATURE_LENGTH};
use crate::scan::count_byte;
use crate::signature::{Rejection, Unprefixed, VALUE_LENGTH, VerifiedId};

/// The most bytes of headers: what Node accepts of all headers together.
const HEADER_LENGTH: usize = 16 * 1024;
/// The most semicolons, and so at most one pair more in a header: browsers keep 50 to 180 cookies for a site.
const SEMICOLONS: usize = 255;
/// The most cookies that are hashed, once for each key.
const TRIES: usize = 16;

/// What the cookies of a request say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<const N: usize> {
    /// The ids, or why there are none.
    pub(crate) candidates: Result<Candidates<N>, Rejection>,
    /// There was a cookie with our name in another case, and our name has a prefix like `__Host-`: someone tries what some
    /// browsers let pass. It is not read; it is to be reported. Nothing behind too many cookies has been looked at.
    pub(crate) look_alike: bool,
}

/// One to `N` different ids, each with the newest key that signed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidates<const N: usize> {
    ids: [Option<VerifiedId>; N],
}

impl<const N: usize> Candidates<N> {
    const NONE: Self = Self { ids: [None; N] };

    /// The id of the first cookie, which is all that the `express` preset reads.
    pub(crate) fn one(id: VerifiedId) -> Self {
        let mut one = Self::NONE;
        if let Some(first) = one.ids.first_mut() {
            *first = Some(id);
        }
        one
    }

    /// `false`: there is no room for another.
    fn add(&mut self, new: VerifiedId, limit: usize) -> bool {
        for place in self.ids.iter_mut().take(limit) {
            match place {
                Some(known) if known.id() == new.id() => *known = newer(*known, new),
                Some(_) => continue,
                None => *place = Some(new),
            }
            return true;
        }
        false
    }

    /// The id that was seen after so many others.
    pub(crate) fn get(&self, place: usize) -> Option<&VerifiedId> {
        self.ids.get(place)?.as_ref()
    }

    /// The ids, in the order in which they were first seen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &VerifiedId> {
        self.ids.iter().flatten()
    }
}

/// Of two verifications of the same id the one by the newer key, in whatever order they come.
fn newer(one: VerifiedId, other: VerifiedId) -> VerifiedId {
    let age = |verified: &VerifiedId| (verified.key_state().is_outdated(), verified.key());
    if age(&other) < age(&one) { other } else { one }
}

/// Reads all cookies of the name; of more different ids than `limit`, 1 to `N`, none is taken.
pub(crate) fn read<K: AsRef<[Key]>, const N: usize>(
    headers: impl IntoIterator<Item: AsRef<[u8]>>,
    name: CookieName<'_>,
    keys: &KeyRing<K>,
    limit: usize,
) -> Reading<N> {
    let mut reading = Reading { candidates: Ok(Candidates::NONE), look_alike: false };
    // Collected where they stay, since they are large.
    if let Ok(found) = &mut reading.candidates {
        let mut reader = Reader::new(name, keys, limit, found);
        let read = headers.into_iter().try_for_each(|header| reader.read(header.as_ref()));
        let read = read.and_then(|()| reader.finish());
        reading.look_alike = reader.look_alike;
        if let Err(rejection) = read {
            reading.candidates = Err(rejection);
        }
    }
    reading
}

struct Reader<'a, K, const N: usize> {
    name: CookieName<'a>,
    prefixed: bool,
    keys: &'a KeyRing<K>,
    limit: usize,
    length: usize,
    semicolons: usize,
    tries: usize,
    found: &'a mut Candidates<N>,
    ambiguous: bool,
    first: Option<Rejection>,
    look_alike: bool,
}

impl<'a, K: AsRef<[Key]>, const N: usize> Reader<'a, K, N> {
    fn new(name: CookieName<'a>, keys: &'a KeyRing<K>, limit: usize, found: &'a mut Candidates<N>) -> Self {
        Self {
            name,
            prefixed: has_prefix(name),
            keys,
            limit: limit.min(N),
            length: 0,
            semicolons: 0,
            tries: 0,
            found,
            ambiguous: false,
            first: None,
            look_alike: false,
        }
    }

    /// Reads a header, unless there is too much.
    fn read(&mut self, header: &[u8]) -> Result<(), Rejection> {
        count(&mut self.length, header.len(), HEADER_LENGTH)?;
        count(&mut self.semicolons, count_byte(header, b';'), SEMICOLONS)?;
        // Prefixes begin with two bytes that have no case, so look-alikes begin so too.
        for cookie in Cookies::new(header).that_begin_like(self.name) {
            if cookie.name() == self.name.as_str().as_bytes() {
                self.read_cookie(cookie)?;
            } else if self.prefixed && cookie.name().eq_ignore_ascii_case(self.name.as_str().as_bytes()) {
                self.look_alike = true;
            }
        }
        Ok(())
    }

    fn read_cookie(&mut self, cookie: Cookie<'_>) -> Result<(), Rejection> {
        let mut buffer = [0; VALUE_LENGTH];
        let read = match signed_form(cookie, &mut buffer) {
            Ok(value) => {
                count(&mut self.tries, 1, TRIES)?;
                VerifiedId::read_bytes(value, self.keys, Unprefixed::Refused)
            }
            Err(rejection) => Err(rejection),
        };
        match read {
            Ok(verified) => self.ambiguous |= !self.found.add(verified, self.limit),
            Err(rejection) => self.first = self.first.or(Some(rejection)),
        }
        Ok(())
    }

    /// Why none is to be taken.
    fn finish(&self) -> Result<(), Rejection> {
        if self.ambiguous {
            Err(Rejection::Ambiguous)
        } else if self.found.iter().next().is_some() {
            Ok(())
        } else {
            Err(self.first.unwrap_or(Rejection::Missing))
        }
    }
}

fn count(sum: &mut usize, more: usize, most: usize) -> Result<(), Rejection> {
    *sum = sum.saturating_add(more);
    if *sum > most { Err(Rejection::TooManyCookies) } else { Ok(()) }
}

/// The value decoded, if it has the form of a signed id. What is refused, `VerifiedId::of_cookie` refuses likewise.
fn signed_form<'b>(cookie: Cookie<'_>, buffer: &'b mut [u8; VALUE_LENGTH]) -> Result<&'b [u8], Rejection> {
    // An escape is three bytes for one.
    if cookie.raw_value().len() > 3 * VALUE_LENGTH {
        return Err(Rejection::TooLong);
    }
    let value: &'b [u8] = cookie.value().latin1_bytes_to(buffer).map_err(|_| Rejection::TooLong)?;
    let signed = value.strip_prefix(b"s:").ok_or(Rejection::NotSigned)?;
    let (id, signature) = signed.split_last_chunk::<SIGNATURE_LENGTH>().ok_or(Rejection::BadSignature)?;
    let is_signed = id.ends_with(b".") && base64::is_text(signature, Alphabet::Standard);
    if is_signed { Ok(value) } else { Err(Rejection::BadSignature) }
}

#[cfg(test)]
mod tests;
