//! The rows that `build.rs` has packed.

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vectors.bin"));

/// What the npm packages answered to something.
pub struct Row<'r> {
    pub operation: u8,
    pub fields: Fields<'r>,
    pub answer: &'r [u8],
}

/// All rows, or those from the first one that is malformed are left out, and the iterator is not at its end.
pub struct Rows(&'static [u8]);

impl Rows {
    pub fn all() -> Self {
        Self(PACKED)
    }

    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

impl Iterator for Rows {
    type Item = Row<'static>;

    fn next(&mut self) -> Option<Row<'static>> {
        let ([operation, count], rest) = self.0.split_first_chunk::<2>()?;
        let start = Fields { rest, left: usize::from(*count).checked_sub(1)? };
        let mut end = Fields { ..start };
        while end.left > 0 {
            end.next()?;
        }
        end.left = 1;
        let answer = end.next()?;
        self.0 = end.rest;
        Some(Row { operation: *operation, fields: start, answer })
    }
}

#[derive(Clone, Copy)]
pub struct Fields<'r> {
    rest: &'r [u8],
    left: usize,
}

impl<'r> Iterator for Fields<'r> {
    type Item = &'r [u8];

    fn next(&mut self) -> Option<&'r [u8]> {
        self.left = self.left.checked_sub(1)?;
        let (length, rest) = self.rest.split_first_chunk::<2>()?;
        let (field, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        self.rest = rest;
        Some(field)
    }
}
