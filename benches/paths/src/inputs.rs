//! What is measured with: a secret, an id, and Cookie headers of every shape.

/// The secret of Express.
pub const SECRET: &str = "keyboard cat";
/// The id of the session, which each signs in its own way.
pub const ID: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
/// The name of the session's cookie, for all but the recommended preset, whose name is `__Host-sid`.
pub const NAME: &str = "connect.sid";
/// 2023-11-14, in ms since 1970.
pub const NOW: i64 = 1_700_000_000_000;
/// What a session lives without being used.
pub const MAX_AGE: i64 = 1_200_000;

/// Cookies as sites set them: of analytics, consent, load balancers, preferences and tokens.
const OTHERS: [&str; 19] = [
    "_ga=GA1.2.1844563920.1699353821",
    "_gid=GA1.2.904358217.1699880112",
    "theme=dark",
    "lang=en-GB",
    "_gcl_au=1.1.638254121.1699353822",
    "OptanonAlertBoxClosed=2023-11-07T10:43:44.123Z",
    "OptanonConsent=isGpcEnabled=0&datestamp=Tue+Nov+14+2023+22%3A13%3A20+GMT%2B0000&version=202304.1.0&groups=C0001%3A1%2CC0002%3A0",
    "_fbp=fb.1.1699353822874.1093827465",
    "AWSALB=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    "AWSALBCORS=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    "csrftoken=8kZq1vT0bX4yWm2cR7nJ5pL9sD3fG6hA",
    "_hjSessionUser_2847563=eyJpZCI6IjdmM2E5YzEyLTQ0ZTUtNTY3OC05YWJjLWRlZjAxMjM0NTY3OCJ9",
    "cart=3f2a9c1e-44e5-4678-9abc-def012345678",
    "currency=EUR",
    "tz=Europe%2FParis",
    "__stripe_mid=9d1c7a52-0b3f-4c66-8a77-1d2e3f4a5b6c7d8e9f",
    "_uetsid=3c0a1d20832f11eeb5c1f7d1e9f0a2b3",
    "seen=1",
    "last_visit=1699999200",
];

/// How a header is made up around the session's cookie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// This many cookies, ours the last.
    Last(usize),
    /// This many cookies, ours the first.
    First(usize),
    /// This many cookies, and none is ours.
    Absent(usize),
    /// 4 KiB of cookies, ours the last.
    Kilobytes4,
    /// A cookie that is so long, and ours: so many bytes in all.
    Long(usize),
    /// 4 KiB of semicolons, and our cookie.
    Semicolons,
    /// A cookie of 4 KiB of percent signs, and ours.
    Percents,
    /// Ours is 4 KiB of percent signs.
    OursPercents,
    /// Ours 64 times, of which all but the first are another id's with a false signature.
    Duplicates,
}

impl Shape {
    /// All that are measured, as the table names them.
    pub const ALL: [(&str, Self); 11] = [
        ("header, 1 cookie", Self::Last(1)),
        ("header, 5 cookies, ours last", Self::Last(5)),
        ("header, 20 cookies, ours last", Self::Last(20)),
        ("header, 20 cookies, ours first", Self::First(20)),
        ("header, 20 cookies, ours absent", Self::Absent(20)),
        ("header, 4 KiB, ours last", Self::Kilobytes4),
        ("header, 4 KiB of `;`, then ours", Self::Semicolons),
        ("header, 4 KiB of `%`, then ours", Self::Percents),
        ("header, ours is 4 KiB of `%`", Self::OursPercents),
        ("header, ours 64 times", Self::Duplicates),
        ("header, 180 cookies, ours last", Self::Last(180)),
    ];

    /// The header for `name=value`.
    pub fn header(self, name: &str, value: &str) -> String {
        let ours = format!("{name}={value}");
        let others = |count| cookies().take(count).collect::<Vec<_>>();
        let joined = |mut cookies: Vec<String>, last: &str| {
            cookies.push(last.into());
            cookies.join("; ")
        };
        match self {
            Self::Last(count) => joined(others(count - 1), &ours),
            Self::First(count) => [vec![ours], others(count - 1)].concat().join("; "),
            Self::Absent(count) => others(count).join("; "),
            Self::Kilobytes4 => {
                let mut length = ours.len();
                let fitting = cookies().take_while(|cookie| {
                    length += cookie.len() + 2;
                    length <= 4096
                });
                joined(fitting.collect(), &ours)
            }
            Self::Long(length) => format!("x={}; {ours}", "y".repeat(length.saturating_sub(ours.len() + 4))),
            Self::Semicolons => ";".repeat(4096 - ours.len()) + &ours,
            Self::Percents => format!("x={}; {ours}", "%".repeat(4096 - ours.len() - 4)),
            Self::OursPercents => format!("{name}={}", "%".repeat(4096 - name.len() - 1)),
            Self::Duplicates => {
                let mut signature = value.to_owned();
                // A character of the id.
                signature.replace_range(6..7, "x");
                [vec![ours.clone()], vec![format!("{name}={signature}"); 63]].concat().join("; ")
            }
        }
    }
}

/// Cookies of others without end, no two of one name.
fn cookies() -> impl Iterator<Item = String> {
    (0..).flat_map(|round| {
        OTHERS.iter().map(move |cookie| if round == 0 { (*cookie).into() } else { format!("p{round}{cookie}") })
    })
}

/// The value of Express's cookie as it stands in a header.
pub fn express_value(key: &session_core::Key) -> String {
    let signature = key.sign(ID);
    let escaped = signature.as_str().replace('+', "%2B").replace('/', "%2F");
    format!("s%3A{ID}.{escaped}")
}
