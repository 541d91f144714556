//! Says how programs are linked, and packs the rows of `tests/vectors` so that a target without a heap and without JSON can read them.
//!
//! A row is its operation (a byte), the number of its fields (a byte), and the fields: a length of two bytes, little end
//! first, and the bytes. The last field is the answer: 1 and the bytes, or 0 for none.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The files, and how many of their rows are packed.
const FILES: [(&str, usize); 6] =
    [("codec", 171), ("dates", 236), ("hkdf", 89), ("parse", 449), ("sign", 268), ("uid", 73)];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let tests = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    if env::var("CARGO_CFG_TARGET_OS")? == "none" {
        println!("cargo::rustc-link-arg-bins=-T{}", tests.join("thumb/lm3s6965.ld").display());
    } else {
        println!("cargo::rustc-link-arg-bins=--no-pie");
        // Tables for unwinding name them. Nothing unwinds.
        println!("cargo::rustc-link-arg-bins=--defsym=__aeabi_unwind_cpp_pr0=0");
        println!("cargo::rustc-link-arg-bins=--defsym=__aeabi_unwind_cpp_pr1=0");
    }
    let folder = tests.join("vectors");
    let mut packed = Vec::new();
    for (name, expected) in FILES {
        let path = folder.join(name).with_extension("jsonl");
        println!("cargo::rerun-if-changed={}", path.display());
        let mut count = 0;
        for line in fs::read_to_string(path)?.split('\n').skip(1).filter(|line| !line.is_empty()) {
            if let Some(row) = Row::of(&serde_json::from_str(line)?)? {
                row.pack(&mut packed)?;
                count += 1;
            }
        }
        if count != expected {
            return Err(format!("{name}.jsonl has {count} rows for targets, and not {expected}").into());
        }
    }
    if env::var_os("CARGO_FEATURE_WRONG").is_some() {
        *packed.last_mut().ok_or("no rows")? ^= 1;
    }
    Ok(fs::write(PathBuf::from(env::var("OUT_DIR")?).join("vectors.bin"), packed)?)
}

struct Row {
    operation: u8,
    fields: Vec<Vec<u8>>,
    answer: Option<Vec<u8>>,
}

impl Row {
    /// `None` for what only the protocol of the oracle can ask.
    fn of(row: &Value) -> Result<Option<Self>> {
        let (request, reply) = (&row["request"], &row["reply"]);
        if reply["error"]["kind"] == "bad_request" {
            return Ok(None);
        }
        let field = |name| bytes(request, name);
        // An error, or `false`.
        let answer = Some(&reply["ok"]).filter(|answer| !answer.is_null() && **answer != false);
        let (operation, fields) = match request["op"].as_str() {
            Some("encode") => (b'e', vec![field("text")?]),
            Some("decode") => (b'd', vec![field("text")?]),
            Some("parse") => (b'p', vec![field("header")?]),
            Some("sign") => (b's', vec![field("secret")?, field("value")?]),
            Some("unsign") => {
                let secrets = match request["secrets"].as_array() {
                    Some(secrets) => secrets.iter().map(spelled).collect::<Result<Vec<_>>>()?,
                    None => vec![field("secret")?],
                };
                // A ring has at least one key.
                if secrets.is_empty() {
                    return Ok(None);
                }
                (b'u', [vec![field("input")?], secrets].concat())
            }
            Some("date") => (b't', vec![request["ms"].as_i64().ok_or("no ms")?.to_le_bytes().to_vec()]),
            Some("uid") => (b'i', vec![field("bytes")?]),
            None => (b'k', vec![field("secret")?, field("purpose")?, field("name")?, field("text")?]),
            Some(other) => return Err(format!("an unknown operation: {other}").into()),
        };
        let answer = answer.map(|answer| match operation {
            b'p' => pairs(answer),
            b'u' => {
                Ok([&[u8::try_from(answer["key"].as_u64().ok_or("no key")?)?], &*spelled(&answer["value"])?].concat())
            }
            b't' => Ok([spelled(&answer["utc"])?, spelled(&answer["iso"])?].concat()),
            b'k' => spelled(&answer["signature"]),
            _ => spelled(answer),
        });
        Ok(Some(Self { operation, fields, answer: answer.transpose()? }))
    }

    fn pack(self, packed: &mut Vec<u8>) -> Result<()> {
        let answer = self.answer.map_or(vec![0], |answer| [vec![1], answer].concat());
        packed.extend([self.operation, u8::try_from(self.fields.len())? + 1]);
        for field in self.fields.iter().chain([&answer]) {
            packed.extend(u16::try_from(field.len())?.to_le_bytes());
            packed.extend(field);
        }
        Ok(())
    }
}

/// Names and values, each with its length before it.
fn pairs(answer: &Value) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for text in answer.as_array().ok_or("no pairs")?.iter().flat_map(|pair| pair.as_array().into_iter().flatten()) {
        let text = spelled(text)?;
        all.extend(u16::try_from(text.len())?.to_le_bytes());
        all.extend(text);
    }
    Ok(all)
}

/// The bytes of a field, which may be spelled in hexadecimal.
fn bytes(request: &Value, name: &str) -> Result<Vec<u8>> {
    match &request[format!("{name}_hex")] {
        Value::String(digits) => from_hex(digits),
        _ => spelled(&request[name]),
    }
}

fn spelled(value: &Value) -> Result<Vec<u8>> {
    match (value, &value["hex"]) {
        (Value::String(text), _) => Ok(text.as_bytes().to_vec()),
        (_, Value::String(digits)) => from_hex(digits),
        _ => Err(format!("not text: {value}").into()),
    }
}

fn from_hex(digits: &str) -> Result<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}
