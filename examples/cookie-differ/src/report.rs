//! What was found, the worst first: as a table or as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use session_core::testing::Pair;

use crate::adapter::hex;
use crate::parsers::Answer;
use crate::verdict::{Class, Severity, Verdict, clipped, judge, shown};

pub(crate) struct Report {
    baseline: String,
    parsers: Vec<String>,
    headers: usize,
    findings: Vec<Finding>,
    answers: Vec<Shown>,
}

/// All headers in which a parser differs in the same way.
struct Finding {
    parser: String,
    severity: Severity,
    class: Class,
    gain: &'static str,
    count: usize,
    /// The shortest header, and what it is there.
    header: Vec<u8>,
    what: String,
}

struct Shown {
    header: Vec<u8>,
    truth: Answer,
    answers: BTreeMap<String, Answer>,
}

impl Report {
    pub(crate) const fn new(baseline: String, parsers: Vec<String>) -> Self {
        Self { baseline, parsers, headers: 0, findings: Vec::new(), answers: Vec::new() }
    }

    /// One parser's answer to one header.
    pub(crate) fn note(&mut self, parser: &str, header: &[u8], truth: &Answer, answer: &Answer) {
        if self.parsers.first().is_some_and(|first| first == parser) {
            self.headers += 1;
        }
        let none = Vec::new();
        let pairs = |answer: &Answer| answer.as_ref().unwrap_or(&none).clone();
        let is_exact = self.baseline != "browser";
        let mut verdict = judge(header, &pairs(truth), &pairs(answer), is_exact);
        if let (Err(why), Class::RejectAll) = (answer, verdict.class) {
            verdict.what.clone_from(why);
        }
        self.add(parser, header, verdict);
    }

    fn add(&mut self, parser: &str, header: &[u8], verdict: Verdict) {
        let Verdict { severity, class, gain, what } = verdict;
        let is_same = |finding: &&mut Finding| {
            finding.parser == parser && (finding.severity, finding.class, finding.gain) == (severity, class, gain)
        };
        match self.findings.iter_mut().find(is_same) {
            Some(finding) => {
                finding.count += 1;
                if header.len() < finding.header.len() {
                    finding.header = header.to_vec();
                    finding.what = what;
                }
            }
            None => self.findings.push(Finding {
                parser: parser.to_owned(),
                severity,
                class,
                gain,
                count: 1,
                header: header.to_vec(),
                what,
            }),
        }
    }

    pub(crate) fn show_answers(&mut self, header: &[u8], truth: &Answer, answers: BTreeMap<String, Answer>) {
        self.answers.push(Shown { header: header.to_vec(), truth: truth.clone(), answers });
    }

    /// The worst first, and what is the same last.
    fn ranked(&self) -> Vec<&Finding> {
        let mut ranked: Vec<_> = self.findings.iter().collect();
        ranked.sort_by(|one, other| {
            (other.severity, other.class, other.count).cmp(&(one.severity, one.class, one.count))
        });
        ranked
    }

    pub(crate) fn exit_status(&self) -> u8 {
        match self.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::None) {
            Severity::None => 0,
            Severity::Low => 11,
            Severity::Medium => 12,
            Severity::High => 13,
            Severity::Critical => 14,
        }
    }

    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        for shown in &self.answers {
            text += &format!("{}\n", clipped(&shown.header));
            let truth = [(&self.baseline, &shown.truth)];
            for (name, answer) in truth.into_iter().chain(&shown.answers) {
                text += &format!("  {name:<20} {}\n", line_of(answer));
            }
        }
        text += &format!("{} headers, compared with: {}\n", self.headers, self.baseline);
        text += &format!("{:<9} {:<10} {:<19} {:>7}  shortest header\n", "severity", "class", "parser", "headers");
        for finding in self.ranked() {
            let Finding { parser, severity, class, count, header, what, .. } = finding;
            let header = if *class == Class::Same { String::new() } else { clipped(header) };
            let line = format!("{:<9} {:<10} {parser:<19} {count:>7}  {header}", severity.name(), class.name());
            text += &format!("{}\n", line.trim_end());
            if !what.is_empty() {
                text += &format!("{:49}{what}\n", "");
            }
        }
        let mut told: Vec<&str> = Vec::new();
        for Finding { severity, class, gain, .. } in self.ranked() {
            if !gain.is_empty() && !told.contains(gain) {
                told.push(gain);
                text += &format!("{}, {}: {gain}\n", severity.name(), class.name());
            }
        }
        text
    }

    pub(crate) fn json(&self) -> Value {
        let finding = |finding: &Finding| {
            json!({
                "severity": finding.severity.name(),
                "class": finding.class.name(),
                "parser": finding.parser,
                "headers": finding.count,
                "gain": finding.gain,
                "shortest": spelled(&finding.header),
                "what": finding.what,
            })
        };
        let shown = |shown: &Shown| {
            let answers = shown.answers.iter().map(|(name, answer)| (name.clone(), answer_json(answer)));
            json!({
                "header": spelled(&shown.header),
                "baseline": answer_json(&shown.truth),
                "answers": answers.collect::<serde_json::Map<_, _>>(),
            })
        };
        json!({
            "headers": self.headers,
            "baseline": self.baseline,
            "parsers": self.parsers,
            "findings": self.ranked().into_iter().map(finding).collect::<Vec<_>>(),
            "answers": self.answers.iter().map(shown).collect::<Vec<_>>(),
        })
    }
}

fn line_of(answer: &Answer) -> String {
    match answer {
        Ok(pairs) => pairs.iter().map(shown).collect::<Vec<_>>().join(" | "),
        Err(why) => format!("refused: {why}"),
    }
}

fn answer_json(answer: &Answer) -> Value {
    match answer {
        Ok(pairs) => pairs.iter().map(|(name, value): &Pair| json!([spelled(name), spelled(value)])).collect(),
        Err(why) => json!({ "refused": why }),
    }
}

/// As in the protocol of the adapters.
fn spelled(bytes: &[u8]) -> Value {
    core::str::from_utf8(bytes).map_or_else(|_| json!({ "hex": hex(bytes) }), Value::from)
}
