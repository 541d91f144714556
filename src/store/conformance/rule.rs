//! The rules by name.

use core::fmt;

/// The enum, its list and its phrases from one table.
macro_rules! rules {
    ($($rule:ident: $phrase:literal)*) => {
        /// What a session relies on in a store.
        ///
        /// ```
        /// use session_core::conformance::Rule;
        ///
        /// assert_eq!(Rule::CreateExists.to_string(), "create leaves a record that is there as it is");
        /// assert!(Rule::ALL.contains(&Rule::CreateExists));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $phrase] $rule,)*
        }

        impl Rule {
            /// Every rule, in the order in which they are reported.
            pub const ALL: [Self; [$(Self::$rule),*].len()] = [$(Self::$rule),*];
        }

        impl fmt::Display for Rule {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$rule => $phrase,)*
                })
            }
        }
    };
}

rules! {
    Samples: "the samples to check with differ from each other"

    LoadNothing: "load of a key without a record finds nothing"
    LoadAlive: "load finds a record that has not ended, or has no end"
    LoadEnded: "load finds no record at its end or later"
    LoadMoved: "a moved record is loaded as moved until its end"
    TimeLeft: "the time left, if told, is that until the record's end"

    PutLoad: "put keeps key, data, end and attributes of a record"
    PutTicket: "put keeps the ticket of a record"
    PutOver: "put writes over the record that is there, with its end"
    PutEnded: "put of a record that has ended leaves none"

    CreateLoad: "create keeps key, data, end and attributes of a record"
    CreateExists: "create leaves a record that is there as it is"
    CreateEnded: "create writes over a record that has ended"

    UpdateLoaded: "update of the loaded revision is done, and gives the next one"
    UpdateAnswered: "update of the revision that a write answered is done"
    UpdateConflict: "update of an old revision is a conflict, and leaves the record as it is"
    UpdateNothing: "update of a key without a record answers gone, and writes nothing"
    UpdateDestroyed: "update of a destroyed record answers gone, and does not bring it back"
    UpdateEnded: "update of a record that has ended answers gone, and does not bring it back"
    UpdateReborn: "update of a destroyed record is a conflict with another one put in its place"

    TouchMoves: "touch moves the record's end, and leaves its data"
    TouchRevision: "touch leaves the loaded revision usable, and answers one that is"
    TouchKeepsLater: "touch leaves an end that is later by less than a minute"
    TouchConflict: "touch of an old revision is a conflict, and leaves end and data"
    TouchBlind: "touch without a revision moves the end of any, to an earlier one too"
    TouchNothing: "touch of a key without a record answers gone, and writes nothing"
    TouchDestroyed: "touch of a destroyed record answers gone, and does not bring it back"
    TouchEnded: "touch of a record that has ended answers gone, and does not bring it back"

    DestroyRemoves: "destroy removes the record, and no other"
    DestroyChanged: "destroy removes a record that was written since it was loaded"
    DestroyNothing: "destroy of a key without a record is done"
    DestroyBoth: "destroy of two keys removes both, whichever is there"

    ReplaceDone: "replace brings the new record, and lets the old one go"
    ReplaceBlind: "replace without a revision lets any go"
    ReplaceMarks: "replace leaves nothing but a moved record in the old place, and that until its end"
    ReplaceNothing: "replace of a key without a record answers gone, and writes nothing"
    ReplaceDestroyed: "replace of a destroyed record answers gone, and writes nothing"
    ReplaceEnded: "replace of a record that has ended answers gone, and writes nothing"
    ReplaceExists: "replace by a key that is taken answers exists, and leaves both as they are"
    ReplaceConflict: "replace of an old revision is a conflict, and leaves both as they are"
    ReplaceOld: "after replace, no operation of the old revision brings the old record back"
}
