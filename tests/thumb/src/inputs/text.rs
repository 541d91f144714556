//! Headers, values and dates: read and written.

use session_core::{
    Attribute, CookieAttributes, CookieName, CookieScope, Cookies, Decoded, EncodeUriComponent, Field, MaxAge,
    PathRule, Priority, Proxy, SameSite, SessionId, SetCookie, StoreKey, Timestamp, Uid, is_encrypted, is_known_host,
};

use super::Sink;

/// The Cookie header, in one line or several.
#[unsafe(no_mangle)]
pub fn input_cookies(header: &[u8], headers: &[&[u8]], name: &[u8], out: &mut Sink) {
    for cookies in [Cookies::new(header), Cookies::from_headers(headers)] {
        for cookie in cookies.clone().chain(cookies.clone().first_of_each()).chain(cookies.find_all(name)) {
            out.take(cookie.name().iter().chain(cookie.raw_value()).copied());
            out.take(cookie.value().bytes());
        }
        if let Some(cookie) = cookies.find(name) {
            let (mut bytes, mut text) = ([0; 64], [0; 64]);
            match (cookie.value().copy_to(&mut bytes), cookie.value().latin1_to(&mut text)) {
                (Ok(bytes), Ok(text)) => out.take(bytes.iter().copied().chain(text.bytes())),
                (Err(error), _) | (_, Err(error)) => out.show(error),
            }
        }
    }
}

#[unsafe(no_mangle)]
pub fn input_percent(raw: &[u8], text: &str, out: &mut Sink) {
    match Decoded::of(raw) {
        Ok(decoded) => out.take(decoded.bytes()),
        Err(error) => out.show(error),
    }
    out.show(EncodeUriComponent::new(text));
    out.show(Uid::new(raw));
}

/// A line of any texts.
#[unsafe(no_mangle)]
pub fn input_set_cookie(texts: &[&str; 6], number: i64, buffer: &mut [u8], out: &mut Sink) {
    let [name, value, domain, path, spelled, attribute] = *texts;
    let mut attributes = CookieAttributes::new()
        .domain(domain)
        .path(path)
        .http_only(number & 1 == 0)
        .secure(number & 2 == 0)
        .partitioned(number & 4 == 0);
    attributes = if number & 8 == 0 { attributes.max_age(number) } else { attributes.max_age_spelled(spelled) };
    match (Timestamp::from_unix_ms(number), Priority::from_attribute(Attribute::Text(attribute))) {
        (Ok(at), Ok(Some(priority))) => attributes = attributes.expires(at).priority(priority),
        (Err(error), _) => out.show(error),
        (_, Err(error)) => out.show(error),
        _ => {}
    }
    match SameSite::from_attribute(Attribute::Text(attribute)) {
        Ok(Some(rule)) => attributes = attributes.same_site(rule),
        Ok(None) => {}
        Err(error) => out.show(error),
    }
    let line = CookieName::new(name).and_then(|name| SetCookie::new(name, value, attributes));
    match line.and_then(|line| Ok((line.removal(), line, line.removal_in(CookieScope::new(path).with_domain(domain))?)))
    {
        Ok((removal, line, elsewhere)) => {
            out.show(removal);
            out.show(elsewhere);
            match line.write_to(buffer) {
                Ok(line) => out.show(line),
                Err(error) => out.show(error),
            }
        }
        Err(error) => out.show(error),
    }
}

#[unsafe(no_mangle)]
pub fn input_times(text: &str, number: i64, out: &mut Sink) {
    let times =
        [Timestamp::from_iso8601(text).map_err(|error| out.show(error)), Timestamp::from_unix_ms(number).map_err(drop)];
    for time in times.into_iter().flatten() {
        out.show(time.http_date());
        out.show(time.iso8601());
        let moved = [time.saturating_add(number), time.checked_add(number).unwrap_or(time)];
        for moved in moved {
            out.take(moved.ms_since(time).to_le_bytes());
        }
    }
    out.take(MaxAge::from_ms(Some(number)).as_ms().unwrap_or_default().to_le_bytes());
}

/// Ids, keys of stores, names of attributes.
#[unsafe(no_mangle)]
pub fn input_names(text: &str, random: &[u8; 24], out: &mut Sink) {
    match text.parse::<SessionId>() {
        Ok(id) => {
            for key in [StoreKey::plain(&id), StoreKey::hashed(&id)] {
                out.show(key.as_str());
            }
        }
        Err(error) => out.show(error),
    }
    match text.parse::<StoreKey>() {
        Ok(key) => out.take([u8::from(key.is_hashed())]),
        Err(error) => out.show(error),
    }
    if let Some((start, _)) = random.split_first_chunk() {
        out.show(SessionId::from_random_2012(*start).as_str());
    }
    out.show(SessionId::from_random(*random).as_str());
    out.take([u8::from(Field::from_name(text).is_some()), u8::from(Attribute::Text(text).is_truthy())]);
}

#[unsafe(no_mangle)]
pub fn input_request(target: &str, path: &str, forwarded: &[u8], out: &mut Sink) {
    let rules = [PathRule::Prefix, PathRule::Rfc6265];
    out.take(rules.map(|rule| u8::from(rule.matches(path, target))));
    out.take([u8::from(is_known_host(forwarded, &[target, path]))]);
    out.take([u8::from(is_encrypted(false, Proxy::Trusted, forwarded))]);
}
