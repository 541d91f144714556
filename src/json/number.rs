//! Numbers: every one of them is a double, and spelled as JavaScript spells it.

use core::fmt::{self, Write};
use core::str::FromStr;

use crate::text::ShortText;

/// A number of JSON, as the type that holds it exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Float(f64),
    Signed(i64),
    Unsigned(u64),
}

impl Number {
    /// The number that a spelling without point and exponent stands for as an integer, any other as a double.
    ///
    /// `-0` is a double, since only a double knows its sign.
    pub(crate) fn of(spelling: &str) -> Self {
        match spelling {
            "-0" => Self::Float(-0.0),
            _ => Self::integer(spelling, |spelling| spelling.parse().ok(), |spelling| spelling.parse().ok()),
        }
    }

    /// The number as an integer if it is one, however it is spelled: `1e3` and `1.0` too.
    pub(crate) fn integral(spelling: &str) -> Self {
        Self::integer(spelling, parse_integral, parse_integral)
    }

    fn integer(spelling: &str, unsigned: fn(&str) -> Option<u64>, signed: fn(&str) -> Option<i64>) -> Self {
        let unsigned = unsigned(spelling).map(Self::Unsigned);
        unsigned.or_else(|| signed(spelling).map(Self::Signed)).unwrap_or_else(|| Self::Float(parse_double(spelling)))
    }
}

/// The double nearest to a number of JSON; infinite beyond the range of doubles, as in `JSON.parse`.
pub(crate) fn parse_double(spelling: &str) -> f64 {
    // Whatever JSON calls a number, `f64` does too, so the other answer is never given.
    spelling.parse().unwrap_or(f64::NAN)
}

/// The integer that a number of JSON is, if it is one and fits; beyond 2⁵³ with the digits that JavaScript shows.
pub(crate) fn parse_integral<I: FromStr>(spelling: &str) -> Option<I> {
    spelling.parse().ok().or_else(|| {
        // Longer than any integer type can hold is not an integer for us.
        let mut digits = ShortText::<40>::EMPTY;
        write!(digits, "{}", parse_double(spelling)).ok()?;
        digits.as_str().parse().ok()
    })
}

/// Writes a number as `JSON.stringify` does: what is not finite as `null`.
pub(crate) fn write_number(out: &mut dyn Write, value: f64) -> fmt::Result {
    if !value.is_finite() {
        return out.write_str("null");
    }
    if value == 0.0 {
        return out.write_str("0");
    }
    if value < 0.0 {
        out.write_str("-")?;
    }
    let digits = shortest(value.abs())?;
    let (mantissa, exponent) = digits.as_str().split_once('e').ok_or(fmt::Error)?;
    let (first, others) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    write_digits(out, first, others, exponent.parse().map_err(|_| fmt::Error)?)
}

/// Writes an integer as JavaScript writes the double nearest to it.
pub(crate) fn write_integer(out: &mut dyn Write, value: impl fmt::Display) -> fmt::Result {
    let mut digits = ShortText::<40>::EMPTY;
    write!(digits, "{value}")?;
    match digits.as_str() {
        // All integers below 10¹⁵ are doubles.
        exact if exact.len() <= 15 => out.write_str(exact),
        long => write_number(out, parse_double(long)),
    }
}

/// The fewest digits that stand for a positive number and no other double, as `d.ddde-d`.
///
/// > If there are multiple possibilities for *s*, choose the value of *s* for which *s* × 10^(*n* - *k*) is closest in
/// > value to *x*. If there are two such possible values of *s*, choose the one that is even.
///
/// Of two that are equally close, `core` gives the upper one.
fn shortest(value: f64) -> Result<ShortText<32>, fmt::Error> {
    let mut upper = ShortText::EMPTY;
    write!(upper, "{value:e}")?;
    let lower = below_if_odd(upper.as_str())
        .filter(|lower| is_midway(value, upper.as_str()).unwrap_or_default() && parse_double(lower.as_str()) == value);
    Ok(lower.unwrap_or(upper))
}

/// The digits with an odd last one lowered by one; `None` if it is even.
fn below_if_odd(digits: &str) -> Option<ShortText<32>> {
    let (mantissa, exponent) = digits.split_once('e')?;
    let (head, last) = mantissa.split_at_checked(mantissa.len().checked_sub(1)?)?;
    let last = last.parse::<u8>().ok().filter(|last| last % 2 == 1)?;
    let mut lower = ShortText::EMPTY;
    write!(lower, "{head}{}e{exponent}", last - 1).ok()?;
    Some(lower)
}

/// Whether a number lies exactly halfway between these digits and those with the last one lowered by one, if both stand
/// for it.
///
/// All digits of *m* × 2^*b*, *m* odd and *b* negative, are -*b* behind the point, and the last is a 5. So it is, if those
/// here end one before. Where *b* is not negative, doubles are too close to each other for two such spellings.
fn is_midway(value: f64, digits: &str) -> Option<bool> {
    let (mantissa, exponent) = digits.split_once('e')?;
    let (_, others) = mantissa.split_once('.')?;
    let last = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(others.len()).ok()?)?;
    Some(last == power_of_two(value) + 1)
}

/// The exponent *b* of a number that is *m* × 2^*b*, *m* odd; far below that of any digits if it is less than 2⁻¹⁰²².
fn power_of_two(value: f64) -> i64 {
    const FRACTION_BITS: u32 = 52;
    const BIAS: i64 = 1023;
    let bits = value.to_bits();
    let biased = i64::from(u32::try_from(bits >> FRACTION_BITS).unwrap_or_default());
    let zeros = bits.trailing_zeros().min(FRACTION_BITS);
    biased - BIAS - i64::from(FRACTION_BITS) + i64::from(zeros)
}

/// Places the point in the shortest digits of a number: `Number::toString`, ECMA-262 §6.1.6.1.20.
///
/// The number is `first.others` × 10 to the power `exponent`; the standard's *k* is the count of digits, its *n* is
/// `exponent` + 1.
fn write_digits(out: &mut dyn Write, first: &str, others: &str, exponent: i32) -> fmt::Result {
    match exponent {
        0..=20 => {
            let whole = usize::try_from(exponent).map_err(|_| fmt::Error)?;
            let zeros = whole.saturating_sub(others.len());
            let (whole, fraction) = others.split_at_checked(whole).unwrap_or((others, ""));
            let point = if fraction.is_empty() { "" } else { "." };
            write!(out, "{first}{whole}{:0<zeros$}{point}{fraction}", "")
        }
        -6..=-1 => {
            let zeros = usize::try_from(-1 - exponent).map_err(|_| fmt::Error)?;
            write!(out, "0.{:0<zeros$}{first}{others}", "")
        }
        _ => {
            let point = if others.is_empty() { "" } else { "." };
            write!(out, "{first}{point}{others}e{exponent:+}")
        }
    }
}

#[cfg(all(test, feature = "alloc"))]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{Number, parse_integral, write_integer, write_number};
    use alloc::string::String;

    fn spelled(value: f64) -> String {
        let mut out = String::new();
        write_number(&mut out, value).unwrap();
        out
    }

    fn spelled_integer(value: impl core::fmt::Display) -> String {
        let mut out = String::new();
        write_integer(&mut out, value).unwrap();
        out
    }

    #[test]
    fn numbers_are_spelled_as_in_javascript() {
        for (value, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (-1.5, "-1.5"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1.5e-7, "1.5e-7"),
            (1e-7, "1e-7"),
            (0.000_001, "0.000001"),
            (0.000_123, "0.000123"),
            (123.456, "123.456"),
            (1e20, "100000000000000000000"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "null"),
            (f64::NEG_INFINITY, "null"),
        ] {
            assert_eq!(spelled(value), text);
        }
    }

    #[test]
    fn of_two_equally_short_and_close_the_even_one_is_taken() {
        assert_eq!(spelled(f64::from_bits(0x4310_0000_0000_0001)), "1125899906842624.2");
        assert_eq!(spelled(f64::from_bits(0x4310_0000_0000_0003)), "1125899906842624.8");
        assert_eq!(spelled(f64::from_bits(0x3e60_0000_0000_0000)), "2.9802322387695312e-8");
    }

    #[test]
    fn integers_are_spelled_as_the_nearest_double() {
        assert_eq!(spelled_integer(-9_007_199_254_740_992_i64), "-9007199254740992");
        assert_eq!(spelled_integer(9_007_199_254_740_993_u64), "9007199254740992");
        assert_eq!(spelled_integer(999_999_999_999_999_u64), "999999999999999");
        assert_eq!(spelled_integer(u64::MAX), "18446744073709552000");
        assert_eq!(spelled_integer(i64::MIN), "-9223372036854776000");
        assert_eq!(spelled_integer(u128::MAX), "3.402823669209385e+38");
        assert_eq!(spelled_integer(i128::MIN), "-1.7014118346046923e+38");
    }

    #[test]
    fn integers_are_read_whatever_their_spelling() {
        assert_eq!(Number::of("1.0"), Number::Float(1.0));
        assert_eq!(Number::of("18446744073709551615"), Number::Unsigned(u64::MAX));
        assert_eq!(Number::of("-1"), Number::Signed(-1));
        assert_eq!(Number::of("18446744073709551616"), Number::Float(18_446_744_073_709_551_616.0));
        assert_eq!(Number::integral("1e3"), Number::Unsigned(1000));
        assert_eq!(Number::integral("-12.50e1"), Number::Signed(-125));
        assert_eq!(Number::integral("1.5"), Number::Float(1.5));
        assert_eq!(Number::integral("-0"), Number::Signed(0));
        assert_eq!(parse_integral::<u128>("1e30"), Some(10_u128.pow(30)));
        assert_eq!(parse_integral::<u128>("1e300"), None);
    }
}
